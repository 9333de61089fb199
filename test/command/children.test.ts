import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { test } from "node:test";
import { isRoot, processesWith, Scratch, Serving } from "./command.ts";

const SLEEP = "8640057";

/** An exec that runs a line of shell until it has made `/done`. */
function exec(name: string, command: string, more = ""): string {
  return `{ kind: exec, name: ${name}, spec: { shell: true, command: ${JSON.stringify(command)}, creates: /done${more} } }`;
}

async function until(isSo: () => boolean): Promise<void> {
  const deadline = AbortSignal.timeout(20_000);
  while (!isSo()) {
    assert.ok(!deadline.aborted, "it never came true");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test("K5: at the timeout nothing of a command runs on, in whatever group or session", () => {
  using scratch = new Scratch();
  const command = `timeout 300 sleep ${SLEEP} & setsid --fork sleep ${SLEEP}; setsid sleep ${SLEEP}; touch $HOLDFAST_ROOT/done`;
  const late = exec("late", command).replace(/ }$/, ", meta: { timeoutMs: 700 } }");
  const { code, output } = scratch.run("apply", [scratch.manifest([late]), "--root-exec"]);
  assert.equal(code, 4, output);
  assert.match(output, /ResourceTimeout/);
  assert.deepEqual(processesWith(SLEEP), []);
  assert.ok(!fs.existsSync(scratch.at("done")));
});

test("K5: a process that a command starts in the background writes on when holdfast has ended", async () => {
  using scratch = new Scratch();
  const daemon =
    "while [ ! -e $HOLDFAST_ROOT/go ]; do sleep 0.02; done; seq 100000; seq 100000 >&2";
  const command = `(${daemon}; touch $HOLDFAST_ROOT/alive) & touch $HOLDFAST_ROOT/done`;
  const name = scratch.manifest([exec("start", command)]);
  assert.equal(scratch.run("apply", [name, "--root-exec"]).code, 2);
  fs.writeFileSync(scratch.at("go"), "");
  await until(() => fs.existsSync(scratch.at("alive")));
});

test("K5: of a long output the message has the end", () => {
  using scratch = new Scratch();
  const name = scratch.manifest([exec("chatty", "seq 50000; echo the real reason; exit 3")]);
  const { output } = scratch.run("apply", [name, "--root-exec"]);
  assert.match(output, /exit code 3: 49992\n.*\n\s*the real reason\n/s);
});

test("K5: when its time is over, the message has how far it came and what the last attempt said", () => {
  using scratch = new Scratch();
  const failing = exec("wait", "echo connection refused >&2; exit 7", ", retries: 30");
  const name = scratch.manifest([failing.replace(/ }$/, ", meta: { timeoutMs: 1500 } }")]);
  const applied = scratch.run("apply", [name, "--root-exec"]);
  assert.match(
    applied.output,
    /ResourceTimeout: .* within 1500 ms; attempt \d of 31: .*exit code 7: connection refused/,
  );
  const validated = scratch.run("validate", [name]);
  assert.equal(validated.code, 0);
  assert.match(validated.output, /warning: .*attempts that never come.*30 pauses of 1000 ms/s);
});

test("K1, K5: commands and checks may open their streams by name", () => {
  using scratch = new Scratch();
  const name = scratch.manifest([
    exec("install", "echo installing > /dev/stderr && touch $HOLDFAST_ROOT/done"),
    '{ kind: file, name: /sudoers, spec: { content: "x", validate: [/bin/sh, -c, "test -s %s && echo checked > /dev/stdout"] } }',
  ]);
  const { code, output } = scratch.run("apply", [name, "--root-exec"]);
  assert.equal(code, 2, output);
});

test("K5: a one-shot that ran and spoke like setpriv is failed, and one that succeeded is not", {
  skip: !isRoot && "only root can become another user",
}, () => {
  using scratch = new Scratch();
  const log = fs.mkdtempSync("/tmp/holdfast-children-");
  try {
    fs.chmodSync(log, 0o777);
    fs.mkdirSync(scratch.at("etc"));
    for (const file of ["passwd", "group"])
      fs.copyFileSync(`/etc/${file}`, scratch.at(`etc/${file}`));
    const oneShot = (key: string, script: string): string =>
      `{ kind: exec, name: ${key}, spec: { user: nobody, shell: true, idempotencyKey: ${key}, command: "echo ${key} >> ${log}/ran; ${script}" } }`;
    const name = scratch.manifest([
      oneShot("fine", "echo 'setpriv: note: done' >&2"),
      oneShot("bad", "echo 'setpriv: failed to execute /bin/sh: gone' >&2; exit 127"),
    ]);
    const first = scratch.run("apply", [name, "--root-exec"]);
    assert.equal(first.code, 3, first.output);
    assert.match(first.output, /CommandFailed: \/bin\/sh ended with exit code 127/);
    const ran = fs.readFileSync(`${log}/ran`, "utf8").trim().split("\n");
    assert.deepEqual(ran.toSorted(), ["bad", "fine"]);
    assert.equal(scratch.run("plan", [name, "--root-exec"]).code, 5);
  } finally {
    fs.rmSync(log, { recursive: true });
  }
});

test("K5: whatever holdfast was started with, a command is started like one of a service", () => {
  using scratch = new Scratch();
  const script =
    "(ulimit -Sn; umask; ls /proc/self/fd) > $HOLDFAST_ROOT/seen; touch $HOLDFAST_ROOT/done";
  const apply = scratch.shell(["apply", scratch.manifest([exec("seen", script)]), "--root-exec"]);
  const odd = `ulimit -Sn 200; umask 0077; exec 9< /dev/null; exec ${apply}`;
  const { status, stderr } = spawnSync("/bin/bash", ["-c", odd], {
    cwd: scratch.directory,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  assert.equal(status, 0, stderr);
  // The last descriptor is that of the listing itself.
  assert.equal(fs.readFileSync(scratch.at("seen"), "utf8"), "1024\n0022\n0\n1\n2\n3\n");
});

test("the working directory may be gone: whole paths do without one, and others are refused", () => {
  using scratch = new Scratch();
  const name = scratch.manifest(["{ kind: file, name: /a, spec: { content: x } }"]);
  const inGone = (args: readonly string[]) => {
    const command = scratch.shell(args).replaceAll("'box'", `'${scratch.box}'`);
    const line = `mkdir gone && cd gone && rmdir ../gone && exec ${command}`;
    return spawnSync("/bin/sh", ["-c", line], { cwd: scratch.directory, encoding: "utf8" });
  };
  const applied = inGone(["apply", `${scratch.directory}/${name}`]);
  assert.equal(applied.status, 0, applied.stderr);
  assert.equal(fs.readFileSync(scratch.at("a"), "utf8"), "x");
  const blueprint = scratch.source(
    "b.ts",
    'import { blueprint } from "holdfast";\nexport default blueprint("b", (host) => { host.file("/b", { content: "x" }); });\n',
  );
  const compiled = inGone(["apply", `${scratch.directory}/${blueprint}`]);
  assert.equal(compiled.status, 0, compiled.stderr);
  const relative = inGone(["apply", name]);
  assert.equal(relative.status, 1);
  assert.match(
    relative.stderr + relative.stdout,
    /NotFound: manifest\.yaml .* working directory was removed/,
  );
});

test("an agent that serves holds no directory: that it was started in one does not keep it", async () => {
  using scratch = new Scratch();
  await using serving = await Serving.start(scratch, [
    "{ kind: file, name: /a, spec: { content: x } }",
  ]);
  assert.equal(fs.readlinkSync(`/proc/${serving.child.pid}/cwd`), "/");
});
