import assert from "node:assert/strict";
import { test } from "node:test";
import { type CommandRequest, Fault } from "@holdfast/core";
import { createSimulatedKernel } from "@holdfast/testing";
import fc from "fast-check";
import { anyScript } from "./testing/scripts.ts";
import { hasShells, runInSimulation, runReal, type ScriptRun } from "./testing/worlds.ts";
import { runSimulated } from "./run-simulated.ts";
import { simulatedPrograms } from "./simulated-programs.ts";
import { unsimulatable } from "./unsimulatable.ts";

/** Scripts of one batch, which one process runs for real. */
const BATCH = 40;
/** More and others by hand: PROGRAM_BATCHES=100 PROGRAM_SEED=7 is 4,000 new scripts in two minutes. */
const batches = Number(process.env["PROGRAM_BATCHES"] ?? 5);
const seed = Number(process.env["PROGRAM_SEED"] ?? 1);
const anyScriptRun: fc.Arbitrary<ScriptRun> = fc.record({
  shell: fc.constantFrom("/bin/sh", "/bin/bash"),
  script: anyScript,
  stdin: fc.constantFrom("", "in\n", "one\ntwo\n"),
});

test("K5: random scripts end on the simulated machine as on the real one, in code, output and what is on the disk", {
  skip: !hasShells() && "the shells that are simulated are dash as sh, and bash",
}, () => {
  const understood: ScriptRun[] = [];
  fc.assert(
    fc.property(
      fc.array(anyScriptRun, { minLength: BATCH, maxLength: BATCH, size: "max" }),
      (runs) => {
        const real = runReal(runs);
        for (const [at, scriptRun] of runs.entries()) {
          const simulated = runInSimulation(scriptRun);
          if (typeof simulated === "string") continue;
          understood.push(scriptRun);
          assert.deepEqual(simulated, real[at], `${scriptRun.shell} -c ${scriptRun.script}`);
        }
      },
    ),
    { numRuns: batches, seed, endOnFailure: true },
  );
  const all = batches * BATCH;
  assert.ok(understood.length > all / 2, `only ${understood.length} of ${all} were understood`);
});

const ENVIRONMENT = { PATH: "/usr/bin:/bin", HOME: "/root", LANG: "C.UTF-8" };

function run(script: string, more: Partial<CommandRequest> = {}, kernel = createSimulatedKernel()) {
  const request = { argv: ["/bin/sh", "-c", script], env: ENVIRONMENT, timeoutMs: 1000 } as const;
  return runSimulated({ ...request, ...more }, kernel);
}

test("K5: the commands that authors write to guard and to change", () => {
  const kernel = createSimulatedKernel();
  kernel.tamper.write("/etc/app.conf", "port=80\nname=app\n", { mode: 0o640 });
  const guard = "grep -q '^port=8080$' /etc/app.conf";
  assert.equal(run(guard, {}, kernel).exitCode, 1);
  const change = run("sed -i 's/^port=.*/port=8080/' /etc/app.conf", {}, kernel);
  assert.deepEqual(change, { exitCode: 0, stdout: "", stderr: "" });
  assert.equal(run(guard, {}, kernel).exitCode, 0);
  assert.equal(kernel.inspect.text("/etc/app.conf"), "port=8080\nname=app\n");
  assert.equal((kernel.inspect.stat("/etc/app.conf")?.mode ?? 0) & 0o7777, 0o640);
});

test("K5: messages are those of the real programs", () => {
  const check = (script: string, exitCode: number, stderr: string): void => {
    const ending = run(script);
    assert.deepEqual([ending.exitCode, ending.stderr], [exitCode, `${stderr}\n`], script);
  };
  check("cat /x", 1, "cat: /x: No such file or directory");
  check("cat </x", 2, "/bin/sh: 1: cannot open /x: No such file");
  check("echo >/x/y", 2, "/bin/sh: 1: cannot create /x/y: Directory nonexistent");
  check("mkdir /x/y", 1, "mkdir: cannot create directory ‘/x/y’: No such file or directory");
  check("mkdir 'a b'; rm 'a b'", 1, "rm: cannot remove 'a b': Is a directory");
  check("chown nobody-here /", 1, "chown: invalid user: ‘nobody-here’");
  check("[ 1 -eq x ]", 2, "/bin/sh: 1: [: Illegal number: x");
  check("set -u\necho $X", 2, "/bin/sh: 2: X: parameter not set");
});

test("K5: a command is a program by its name or path, a script on the disk, or not there", () => {
  const kernel = createSimulatedKernel();
  kernel.tamper.write("/opt/job", '#!/bin/sh -e\nprintf "%s" "$1" > /done\nfalse\n', {
    mode: 0o755,
  });
  kernel.tamper.write("/opt/plain", "echo hello", { mode: 0o644 });
  const start = (...argv: [string, ...string[]]) => run("", { argv }, kernel);
  assert.equal(start("/usr/bin/test", "-d", "/opt").exitCode, 0);
  assert.equal(start("test", "-f", "/opt").exitCode, 1);
  assert.equal(start("/opt/job", "it").exitCode, 1);
  assert.equal(kernel.inspect.text("/done"), "it");
  assert.equal(start("sh", "/opt/plain").stdout, "hello\n");
  assert.equal(start("env", "-i", "X=1", "sh", "-c", "echo $X$HOME").stdout, "1\n");
  assert.throws(() => start("/opt/plain"), { reason: "PermissionDenied" });
  const lost = { argv: ["cat"], env: { PATH: "/opt" } } as const;
  assert.throws(() => run("", lost, kernel), { reason: "CommandNotFound" });
});

test("K5: a command has its directory, its input, its environment and its user", () => {
  const kernel = createSimulatedKernel();
  kernel.tamper.makeDirectory("/srv", { uid: 1000, gid: 1000 });
  kernel.tamper.write("/etc/shadow", "secret", { mode: 0o600 });
  const asApp = { user: "app", cwd: "/srv", stdin: "grüße\n" };
  assert.equal(run("tee mine; id -un", asApp, kernel).stdout, "grüße\napp\n");
  assert.equal(kernel.inspect.stat("/srv/mine")?.uid, 1000);
  assert.equal(
    run("cat /etc/shadow", asApp, kernel).stderr,
    "cat: /etc/shadow: Permission denied\n",
  );
  assert.equal(run("touch /etc/x", asApp, kernel).exitCode, 1);
  assert.equal(run("echo $HOLDFAST_ROOT", { env: { HOLDFAST_ROOT: "/r" } }).stdout, "/r\n");
  assert.throws(() => run("true", { user: "outsider" }), { reason: "UnknownUser" });
  assert.throws(() => run("true", { cwd: "/no/such" }), {
    reason: "NotFound",
    message: /\/no\/such/,
  });
});

test("K5: a failure of the disk fails the program: full, read-only", () => {
  const full = createSimulatedKernel({ capacityBytes: 4 });
  const written = run("cat > /x", { stdin: "too long" }, full);
  assert.deepEqual(written, {
    exitCode: 1,
    stdout: "",
    stderr: "cat: write error: No space left on device\n",
  });
  const fixed = createSimulatedKernel();
  fixed.fileSystemAt("/").isReadOnly = true;
  assert.equal(
    run("touch /x", {}, fixed).stderr,
    "touch: cannot touch '/x': Read-only file system\n",
  );
});

test("K5: a program that never ends is ended after its steps", () => {
  const ending = run("while true; do :; done");
  assert.equal(ending.exitCode, 124);
  assert.match(ending.stderr ?? "", /stopped after 10000 steps/);
});

test("K5: a command that cannot be simulated is reported in plain words before anything runs, never guessed", () => {
  const check = (script: string, what: string): void => {
    assert.equal(unsimulatable(["/bin/sh", "-c", script]), what, script);
    const kernel = createSimulatedKernel();
    const refused = (): unknown => run(`touch /ran; ${script}`, {}, kernel);
    assert.throws(refused, (error) => error instanceof Fault && error.reason === "NotBuilt");
    assert.equal(kernel.inspect.stat("/ran"), undefined, script);
  };
  check("curl http://x", "curl");
  check("if true; then echo $(wget x); fi", "wget");
  check("(cd /; true)", "a subshell");
  check("sleep 1 &", "a background command");
  check("f() { true; }", "a function or array");
  check("case $x in a) ;; esac", "a case");
  check("cat <<END\nEND", "a here-document");
  check("cat <<<x", "a here-string");
  check("echo $((2 * 3))", "the arithmetic $((2 * 3))");
  check("[[ -f x ]]", "[[, a test of bash");
  check("echo {a,b}", "an expansion of braces");
  check("echo [ab]", "a glob with brackets");
  check("echo ${x##*/}", "${x##*/}");
  check("echo $$", "$$");
  check("$TOOL now", "a program that is named by an expansion");
  check("grep -P x /y", "grep -P");
  check("date +%s", "date");
  check("set -x", "set -x");
  check("set -o pipefail", "set -o pipefail, which not every sh has");
  check("true &> /dev/null", "&>, which sh reads as a background command");
  check("echo 'a\\nb'", "echo of a backslash, on which shells disagree");
  check("if true", "a script without its then");
  check("read line", "read");
  check("IFS=,", "the variable IFS");
});

test("K5: a construct that shows only at run time is refused then", () => {
  const refused = (script: string, what: RegExp): void => {
    assert.throws(() => run(script), { reason: "NotBuilt", message: what }, script);
  };
  refused("x='\\n'; echo \"$x\"", /a backslash/);
  refused("test -e /proc/self", /\/proc\/self/);
  refused("/opt/vendor/tool", /\/opt\/vendor\/tool/);
  refused("cd /; echo x > f; cat f | sed s/x/y/ > f", /writes a file in one part/);
  refused("echo x > f; exec_later=1; { rm f; echo y; } > f", /moved or removed/);
});

test("K5: every program by itself is known, with and without its directory", () => {
  const usual: Readonly<Record<string, readonly string[]>> = {
    "[": ["x", "]"],
    sh: ["-c", "true"],
    bash: ["-c", "set -o pipefail; true &> /dev/null"],
    env: ["true"],
    id: ["-u"],
    stat: ["-c", "%a", "x"],
    sleep: ["1"],
    wc: ["-l"],
    chmod: ["644", "x"],
    chown: ["root:app", "x"],
  };
  for (const name of simulatedPrograms.keys()) {
    const args = usual[name] ?? (/^(?:echo|cat|true|false|pwd|tee|uniq)$/.test(name) ? [] : ["x"]);
    const both = /^(?:cp|mv|ln|install|sed|grep)$/.test(name)
      ? [name === "sed" ? "p" : "x", "y"]
      : args;
    assert.equal(unsimulatable([name, ...both]), undefined, name);
    assert.equal(unsimulatable([`/usr/bin/${name}`, ...both]), undefined, name);
  }
});
