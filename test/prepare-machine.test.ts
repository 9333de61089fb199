import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, test, type TestContext } from "node:test";
import fc from "fast-check";
import { DEBIAN_PACKAGES } from "../scripts/machine/debian-packages.ts";
import { type Machine, whatToDo } from "../scripts/machine/what-to-do.ts";

const PREPARE = new URL("../scripts/machine/prepare-machine.ts", import.meta.url).href;

const machines: fc.Arbitrary<Machine> = fc.record({
  isDebian: fc.boolean(),
  isRoot: fc.boolean(),
  isCi: fc.boolean(),
  isInteractive: fc.boolean(),
  missing: fc.subarray([...DEBIAN_PACKAGES]),
});

suite("what the tests need of a machine", () => {
  test("only root on Debian installs, and only what is missing; a person is asked, CI never; nobody else is", () => {
    fc.assert(
      fc.property(machines, (machine) => {
        const { isDebian, isRoot, isCi, isInteractive, missing } = machine;
        const mayInstall = isDebian && isRoot && missing.length > 0;
        const { type } = whatToDo(machine);
        assert.equal(type === "install", mayInstall && isCi);
        assert.equal(type === "ask", mayInstall && !isCi && isInteractive);
        assert.equal(type === "nothing", isRoot && missing.length === 0);
      }),
    );
  });

  test("the message is one line that names all that is missing, how to bring it, and what is skipped", () => {
    fc.assert(
      fc.property(machines, (machine) => {
        const todo = whatToDo(machine);
        const line = todo.type === "ask" ? todo.refused : todo.type === "say" ? todo.line : "";
        if (line === "") return;
        assert.ok(!line.includes("\n"));
        for (const { name, tests } of machine.missing) {
          assert.equal(line.split(name).length >= 3, true, `${name} is named, and how to bring it`);
          assert.ok(line.includes(tests), tests);
        }
        assert.equal(/\broot\b/.test(line), !machine.isRoot);
        assert.equal(line.includes("apt-get"), machine.isDebian && machine.missing.length > 0);
      }),
    );
  });

  test("an example of the line", () => {
    const missing = DEBIAN_PACKAGES.filter(({ name }) => name === "podman" || name === "crun");
    const machine = { isDebian: true, isRoot: true, isCi: false, isInteractive: false, missing };
    const todo = whatToDo(machine);
    assert.deepEqual(todo, {
      type: "say",
      line: "Missing for some tests: podman, crun. To bring it: apt-get install --no-install-recommends podman crun. Skipped without: containers.",
    });
  });

  test("on a Debian that has all but one package, CI installs that one, and says so when it cannot", (t) => {
    const [absent, ...others] = DEBIAN_PACKAGES.map(({ name }) => name);
    const debian = debianOf(t, others);
    const isRoot = process.geteuid?.() === 0;
    const output = prepare(debian, "true");
    if (!isRoot) return assert.match(output, /^Missing for some tests: root, /);
    assert.deepEqual(output.split("\n"), [
      `Installing for the tests: ${absent}`,
      "apt-get update -qq noninteractive",
      `apt-get install -qq --yes --no-remove --no-install-recommends ${absent} noninteractive`,
      "",
    ]);
    assert.match(
      prepare(debian, "false"),
      new RegExp(`^Missing for some tests: ${absent}\\. .*\n$`),
    );
    writeProgram(debian, "apt-get", "exit 100");
    assert.match(prepare(debian, "true"), /\napt-get failed\. Missing for some tests: .*\n$/);
  });
});

/** A directory with the two programs of a Debian on which these packages are installed. */
function debianOf(t: TestContext, installed: readonly string[]): string {
  const directory = mkdtempSync(join(tmpdir(), "holdfast-debian-"));
  t.after(() => rmSync(directory, { recursive: true }));
  const lines = installed.map((name) => `echo '${name} installed'`);
  writeProgram(directory, "dpkg-query", [...lines, "exit 1"].join("\n"));
  writeProgram(directory, "apt-get", 'echo "apt-get $* $DEBIAN_FRONTEND"');
  return directory;
}

function writeProgram(directory: string, name: string, script: string): void {
  writeFileSync(join(directory, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

/** What is printed where nobody can be asked. */
function prepare(directory: string, ci: string): string {
  const program = `import { prepareMachine } from ${JSON.stringify(PREPARE)}; await prepareMachine();`;
  const { status, stdout } = spawnSync(
    process.execPath,
    ["--input-type=module-typescript", "--eval", program],
    { encoding: "utf8", env: { PATH: directory, CI: ci }, timeout: 20_000 },
  );
  assert.equal(status, 0);
  return stdout;
}
