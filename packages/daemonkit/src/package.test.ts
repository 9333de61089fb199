import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { suite, test } from "node:test";
import { fileURLToPath } from "node:url";
import { makeScratch } from "./testing/scratch.ts";

const source = fileURLToPath(new URL(".", import.meta.url));
const folder = join(source, "..");

/** The files that an entry loads, and the packages. */
function closureOf(entry: string): { readonly files: Set<string>; readonly packages: Set<string> } {
  const files = new Set<string>();
  const packages = new Set<string>();
  const visit = (path: string): void => {
    if (files.has(path)) return;
    files.add(path);
    const text = readFileSync(path, "utf8");
    for (const [, specifier = ""] of text.matchAll(/\b(?:from |import\()"([\w@.:/-]+)"/g)) {
      if (specifier.startsWith(".")) visit(join(dirname(path), specifier));
      else packages.add(specifier);
    }
  };
  visit(join(source, entry));
  return { files, packages };
}

/** Runs a program that can import the package by its name. */
function run(directory: string, name: string, program: string): string {
  mkdirSync(join(directory, "node_modules/@holdfast"), { recursive: true });
  const link = join(directory, "node_modules/@holdfast/daemonkit");
  if (!existsSync(link)) symlinkSync(folder, link);
  const path = join(directory, name);
  writeFileSync(path, program);
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--conditions=@holdfast/source", path],
    {
      cwd: directory,
      encoding: "utf8",
      env: { PATH: process.env["PATH"], TMPDIR: directory },
      timeout: 60_000,
    },
  );
  assert.equal(status, 0, `${name}: ${stdout}${stderr}`);
  return stdout;
}

suite("the package", () => {
  test("it imports nothing of ours, and nothing but koffi of others", () => {
    const { packages } = closureOf("index.ts");
    const others = [...packages].filter((name) => !name.startsWith("node:"));
    assert.deepEqual(others, ["koffi"]);
  });

  for (const [entry, folders] of [
    ["appendlog", ["appendlog", "files"]],
    ["eventlog", ["appendlog", "eventlog", "files"]],
    ["prune", ["files", "prune"]],
  ] as const) {
    test(`./${entry} loads no other part, no network and no native code, and runs without them`, (t) => {
      const { files, packages } = closureOf(`${entry}.ts`);
      const loaded = [...files].map((path) => relative(source, path));
      const parts = loaded.filter((path) => path.includes("/")).map((path) => dirname(path));
      assert.deepEqual([...new Set(parts)].toSorted(), folders);
      assert.deepEqual(
        [...packages].filter(
          (name) => !/^node:(?:buffer|crypto|fs|fs\/promises|path|zlib)$/.test(name),
        ),
        [],
      );
      const copy = join(makeScratch(t), "alone");
      for (const path of loaded) cpSync(join(source, path), join(copy, path));
      const program = `import * as part from ${JSON.stringify(join(copy, `${entry}.ts`))};\nconsole.log(Object.keys(part).length > 3);\n`;
      assert.equal(run(copy, "main.ts", program), "true\n");
    });
  }

  test("each entry can be imported by its name, and none loads koffi before it is needed", (t) => {
    const directory = makeScratch(t);
    const hooks = `
      import { registerHooks } from "node:module";
      registerHooks({ resolve(specifier, context, next) {
        if (specifier === "koffi") throw new Error("koffi is loaded");
        return next(specifier, context);
      } });`;
    writeFileSync(join(directory, "hooks.ts"), hooks);
    const program = `
      import "./hooks.ts";
      const { runDaemon } = await import("@holdfast/daemonkit");
      await import("@holdfast/daemonkit/appendlog");
      await import("@holdfast/daemonkit/machine");
      const { openEventLog } = await import("@holdfast/daemonkit/eventlog");
      const { prune } = await import("@holdfast/daemonkit/prune");
      console.log(typeof runDaemon, typeof openEventLog, typeof prune);`;
    assert.equal(run(directory, "main.mts", program), "function function function\n");
  });
});

suite("README.md", () => {
  const readme = readFileSync(join(folder, "README.md"), "utf8");
  const examples = [
    ...readme.matchAll(/^```ts\n\/\/ (\S+)\n(.*?)^```\n+(?:It prints:\n+```text\n(.*?)^```)/gms),
  ];

  test("it has four runnable examples", () => {
    assert.equal(examples.length, 4);
  });

  for (const [, name = "", program = "", printed = ""] of examples) {
    test(`its example ${name} prints what it shows`, (t) => {
      assert.equal(run(makeScratch(t), name, program), printed);
    });
  }

  test("every reason that the kit gives is explained", () => {
    const { files } = closureOf("index.ts");
    const reasons = [...files].flatMap((path) =>
      [...readFileSync(path, "utf8").matchAll(/\breason(?: =|:) "([A-Z]\w+)"/g)].map(
        ([, reason = ""]) => reason,
      ),
    );
    const missing = [...new Set(reasons)].filter((reason) => !readme.includes(`\`${reason}\``));
    assert.deepEqual(missing.toSorted(), []);
  });
});

test("the example daemon runs itself and is as promised", (t) => {
  const example = join(folder, "../../examples/daemonkit.ts");
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--conditions=@holdfast/source", example],
    {
      encoding: "utf8",
      env: { PATH: process.env["PATH"], TMPDIR: makeScratch(t) },
      timeout: 60_000,
    },
  );
  assert.equal(status, 0, stdout + stderr);
  assert.match(stdout, /Everything was as promised\.\n$/);
  const lines = readFileSync(join(folder, "../../examples/daemonkit/warden.ts"), "utf8").split(
    "\n",
  );
  assert.ok(lines.length - 1 < 80, "a daemon fits into less than 80 lines");
});
