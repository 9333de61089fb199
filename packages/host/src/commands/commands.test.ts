import assert from "node:assert/strict";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type CommandRequest, Fault } from "@holdfast/core";
import { createAccounts } from "../accounts/accounts.ts";
import { realClock } from "../system/real-clock.ts";
import { type CommandsOptions, createCommands } from "./commands.ts";

const never = new AbortController().signal;
const accounts = createAccounts({ clock: realClock });
const isRoot = process.geteuid?.() === 0;

type Partly = Partial<CommandRequest> & Pick<CommandRequest, "argv">;

function run(request: Partly, signal = never, options: Partial<CommandsOptions> = {}) {
  const commands = createCommands({ clock: realClock, accounts, ...options });
  return commands.run({ env: { PATH: "/usr/bin:/bin" }, timeoutMs: 20_000, ...request }, signal);
}

function shell(script: string, more: Partial<CommandRequest> = {}, signal = never) {
  return run({ argv: ["/bin/sh", "-c", script], ...more }, signal);
}

function makeDirectory(t: TestContext): string {
  const directory = fs.mkdtempSync(join(tmpdir(), "holdfast-commands-"));
  t.after(() => fs.rmSync(directory, { recursive: true, force: true }));
  return directory;
}

function isAlive(pid: number): boolean {
  try {
    return !fs.readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
}

/** Readers of streams that nobody else reads any more. */
function readersLeft(): readonly string[] {
  const children = fs.readFileSync(`/proc/self/task/${process.pid}/children`, "utf8").trim();
  return children.split(" ").filter((pid) => {
    const path = `/proc/${pid}/cmdline`;
    return fs.existsSync(path) && fs.readFileSync(path, "utf8") === "cat\0";
  });
}

function readPid(path: string): number {
  return Number.parseInt(fs.readFileSync(path, "utf8"), 10);
}

async function until(isTrue: () => boolean): Promise<void> {
  const deadlineMs = realClock.monotonicMs() + 10_000;
  while (!isTrue()) {
    assert.ok(realClock.monotonicMs() < deadlineMs, "it never came true");
    await new Promise<void>((resolve) => realClock.schedule(5, resolve));
  }
}

test("K5: a command is argv and exactly its environment; every exit code is a result", async () => {
  process.env["HOLDFAST_LEAK"] = "leaked";
  const result = await run({ argv: ["/usr/bin/env"], env: { ONLY: "this $HOME; `id`" } });
  delete process.env["HOLDFAST_LEAK"];
  assert.equal(result.stdout, "ONLY=this $HOME; `id`\n");
  const odd = await run({ argv: ["/bin/echo", "a b", "$HOME", "; id"] });
  assert.equal(odd.stdout, "a b $HOME ; id\n");
  assert.deepEqual(await shell("echo out; echo err >&2; exit 3"), {
    exitCode: 3,
    signalName: undefined,
    stdout: "out\n",
    stderr: "err\n",
    isTruncated: false,
  });
  const killed = await shell("kill -9 $$");
  assert.equal(killed.exitCode, undefined);
  assert.equal(killed.signalName, "SIGKILL");
});

test("K5: without stdin there is an empty one; with it, it is all there; nobody need read it", async () => {
  assert.equal((await run({ argv: ["cat"] })).stdout, "");
  assert.equal((await run({ argv: ["cat"], stdin: "grüße\n" })).stdout, "grüße\n");
  assert.equal((await run({ argv: ["true"], stdin: "x".repeat(1_000_000) })).exitCode, 0);
});

test("K5: a command runs in the directory that was asked for, by default in /", async (t) => {
  const directory = fs.realpathSync(makeDirectory(t));
  assert.equal((await run({ argv: ["pwd"] })).stdout, "/\n");
  assert.equal((await run({ argv: ["pwd"], cwd: directory })).stdout, `${directory}\n`);
});

test("K5: the last 64 KiB of each stream are kept, a hundred megabytes are read", async () => {
  const result = await shell("head -c 100000000 /dev/zero | tr '\\0' x; echo end; echo end >&2");
  assert.equal(result.stdout, `${"x".repeat(64 * 1024 - 4)}end\n`);
  assert.equal(result.stderr, "end\n");
  assert.equal(result.isTruncated, true);
  const short = await shell("printf 12345", { maxOutputBytes: 5 });
  assert.deepEqual([short.stdout, short.isTruncated], ["12345", false]);
  const long = await shell("printf 123456", { maxOutputBytes: 5 });
  assert.deepEqual([long.stdout, long.isTruncated], ["23456", true]);
});

test("K5: a timeout kills all of it, also a grandchild that ignores SIGTERM", async (t) => {
  const directory = makeDirectory(t);
  const stubborn = `trap '' TERM; echo $$ > ${directory}/pid; while :; do sleep 1; done`;
  const script = `sh -c "$STUBBORN" & wait`;
  const env = { PATH: "/usr/bin:/bin", STUBBORN: stubborn };
  const running = shell(script, { env, timeoutMs: 300, graceMs: 100 });
  await assert.rejects(running, { reason: "CommandTimeout" });
  assert.equal(isAlive(readPid(`${directory}/pid`)), false);
});

test("K5: a command that ends on SIGTERM has its grace", async (t) => {
  const directory = makeDirectory(t);
  const script = `trap 'sleep 0.2; echo tidy > ${directory}/tidy; exit 0' TERM; echo > ${directory}/on; while :; do sleep 0.05; done`;
  const abort = new AbortController();
  const running = shell(script, {}, abort.signal);
  await until(() => fs.existsSync(`${directory}/on`));
  const reason = new Fault({ reason: "ResourceTimeout", message: "m", resolution: "r" });
  abort.abort(reason);
  await assert.rejects(running, (error) => error === reason);
  assert.equal(fs.readFileSync(`${directory}/tidy`, "utf8"), "tidy\n");
});

test("K5: the fault of a command that is cut off has its last lines where that is asked for", async (t) => {
  const directory = makeDirectory(t);
  const cutOff = async (more: Partial<CommandRequest>) => {
    const on = `${directory}/on`;
    const abort = new AbortController();
    const script = `echo waits for the lock >&2; echo > ${on}; exec sleep 60`;
    const running = shell(script, { graceMs: 100, ...more }, abort.signal);
    await until(() => fs.existsSync(on));
    fs.rmSync(on);
    abort.abort(new Fault({ reason: "ResourceTimeout", message: "m", resolution: "r" }));
    return running;
  };
  await assert.rejects(cutOff({}), { reason: "ResourceTimeout", message: "m" });
  const message = "m; the command had written: waits for the lock";
  await assert.rejects(cutOff({ hasOutputInFaults: true }), { reason: "ResourceTimeout", message });
});

test("K5: a process that a successful command leaves in the background runs on and delays nothing", async (t) => {
  const directory = makeDirectory(t);
  const startMs = realClock.monotonicMs();
  const result = await shell(`sleep 60 & echo $! > ${directory}/pid; echo started`);
  assert.equal(result.stdout, "started\n");
  assert.ok(realClock.monotonicMs() - startMs < 5_000);
  const pid = readPid(`${directory}/pid`);
  assert.equal(isAlive(pid), true);
  process.kill(pid, "SIGKILL");
});

test("K5: a process that a command leaves in the background may write on, as much as it likes", async (t) => {
  const directory = makeDirectory(t);
  const chatty = `sleep 0.1; seq 200000; seq 200000 >&2; echo alive > ${directory}/alive`;
  const result = await shell(`(${chatty}) & echo started`);
  assert.equal(result.stdout, "started\n");
  await until(() => fs.existsSync(`${directory}/alive`));
  await until(() => readersLeft().length === 0);
});

test("K5: streams are no sockets, so that a script may open them by name, also as another user", async () => {
  const script = "cat /dev/stdin > /dev/stdout; echo complaint > /dev/stderr";
  for (const user of isRoot ? [undefined, "nobody"] : [undefined]) {
    const result = await shell(script, {
      stdin: "given\n",
      ...(user === undefined ? {} : { user }),
    });
    assert.deepEqual([result.stdout, result.stderr], ["given\n", "complaint\n"]);
  }
  const { stdout } = await shell("readlink /proc/self/fd/0 /proc/self/fd/1 /proc/self/fd/2");
  assert.match(stdout, /^\/dev\/null\npipe:\S+\npipe:\S+\n$/);
});

test("K5: a command has the limits, the umask, the signals and the descriptors of a service", async (t) => {
  const inherited = fs.openSync("/dev/null", "r");
  t.after(() => fs.closeSync(inherited));
  const mask = process.umask(0o077);
  t.after(() => process.umask(mask));
  const scripts = {
    limit: "ulimit -Sn",
    umask: "umask",
    signals: "grep -E '^Sig(Blk|Ign):' /proc/self/status | cut -f 2",
    descriptors: "for fd in /proc/self/fd/*; do test -e $fd && echo ${fd##*/}; done",
    session: "test $(cut -d ' ' -f 6 /proc/$$/stat) = $$ && echo own",
  };
  const answers = await Promise.all(Object.values(scripts).map((script) => shell(script)));
  assert.deepEqual(
    answers.map(({ stdout }) => stdout.trim().replaceAll("\n", " ")),
    ["1024", "0022", "0000000000000000 0000000000000000", "0 1 2", "own"],
  );
  assert.equal(process.umask(0o077), 0o077, "our own is as before");
});

test("K5: an agent with more files open than a command may have runs it all the same", async (t) => {
  const many = Array.from({ length: 1_100 }, () => fs.openSync("/dev/null", "r"));
  t.after(() => {
    for (const descriptor of many) fs.closeSync(descriptor);
  });
  assert.equal((await shell("echo fine")).stdout, "fine\n");
  many.push(fs.openSync("/dev/null", "r"));
});

test("K5: a command that is left to finish is never signalled, and its result is unknown", async (t) => {
  const directory = makeDirectory(t);
  const tool = `trap 'echo signalled > ${directory}/signal' TERM INT HUP; touch ${directory}/on; sleep 0.3; touch ${directory}/done; exit 4`;
  const abort = new AbortController();
  const running = shell(tool, { onAbort: "finish" }, abort.signal);
  await until(() => fs.existsSync(`${directory}/on`));
  abort.abort();
  await assert.rejects(running, {
    reason: "OutcomeUnknown",
    retry: "backoff",
    message: /was left to finish.*it ended with exit code 4/,
  });
  assert.deepEqual(fs.readdirSync(directory), ["done", "on"]);
});

test("K5: a command that does not finish in its time is no longer waited for, and runs on", async (t) => {
  const directory = makeDirectory(t);
  const script = `echo $$ > ${directory}/pid; exec sleep 60`;
  const running = shell(script, { onAbort: "finish", timeoutMs: 300, finishWithinMs: 50 });
  await assert.rejects(running, { reason: "OutcomeUnknown", message: /it still runs after 50 ms/ });
  const pid = readPid(`${directory}/pid`);
  assert.equal(isAlive(pid), true);
  process.kill(pid, "SIGKILL");
});

test("K5: a command that closes its output goes on and is waited for", async () => {
  const result = await shell("exec >&- 2>&-; sleep 0.2; exit 7");
  assert.equal(result.exitCode, 7);
});

test("K5: aborted before the start, nothing starts", async (t) => {
  const directory = makeDirectory(t);
  const running = shell(`touch ${directory}/started`, {}, AbortSignal.abort());
  await assert.rejects(running, { reason: "Aborted" });
  const abort = new AbortController();
  const waiting = shell(`touch ${directory}/started`, {}, abort.signal);
  abort.abort();
  await assert.rejects(waiting, { reason: "Aborted" });
  assert.deepEqual(fs.readdirSync(directory), []);
});

test("K5: a command that cannot start says which of its parts is missing or closed", async (t) => {
  const directory = makeDirectory(t);
  fs.writeFileSync(join(directory, "plain"), "");
  await assert.rejects(run({ argv: ["no-such-program"] }), { reason: "CommandNotFound" });
  await assert.rejects(run({ argv: ["/no/such"] }), { reason: "CommandNotFound" });
  await assert.rejects(run({ argv: [join(directory, "plain")] }), { reason: "PermissionDenied" });
  const lost = run({ argv: ["true"], cwd: "/no/such/directory" });
  await assert.rejects(lost, { reason: "NotFound", message: /\/no\/such\/directory/ });
  await assert.rejects(run({ argv: ["true", "a\0b"] }), { reason: "InputInvalid" });
});

test("D20: what cannot start is refused beforehand for the same reason, and what can is not started", async (t) => {
  const directory = makeDirectory(t);
  fs.writeFileSync(join(directory, "plain"), "");
  const both = async (request: Partly, reason?: string): Promise<void> => {
    const { check } = createCommands({ clock: realClock, accounts });
    const whole = { env: { PATH: "/usr/bin:/bin" }, timeoutMs: 20_000, ...request };
    if (reason === undefined) return check(whole, never);
    await assert.rejects(check(whole, never), { reason });
    await assert.rejects(run(request), { reason });
  };
  await both({ argv: ["no-such-program"] }, "CommandNotFound");
  await both({ argv: ["/no/such"] }, "CommandNotFound");
  await both({ argv: [join(directory, "plain")] }, "PermissionDenied");
  await both({ argv: ["true"], cwd: "/no/such/directory" }, "NotFound");
  await both({ argv: ["true"], user: "nosuchuser" }, "UnknownUser");
  await both({ argv: ["/bin/sh", "-c", `touch ${directory}/started`] });
  assert.deepEqual(fs.readdirSync(directory), ["plain"]);
});

test("K5: under a root nothing runs, unless outside of it is allowed", async () => {
  const refused = run({ argv: ["true"] }, never, { root: "/srv/image" });
  await assert.rejects(refused, { reason: "RootExecRefused" });
  const image = createCommands({ clock: realClock, accounts, root: "/srv/image" });
  const checked = image.check({ argv: ["true"], env: {}, timeoutMs: 20_000 }, never);
  await assert.rejects(checked, { reason: "RootExecRefused" });
  const allowed = { root: "/srv/image", rootExec: "allowed" } as const;
  const result = await run({ argv: ["/usr/bin/env"], env: {} }, never, allowed);
  assert.equal(result.stdout, "HOLDFAST_ROOT=/srv/image\n");
});

test("K5: a program that knows another root itself is given it, and needs no leave", async () => {
  const root = "/srv/image";
  const argv = ["/bin/echo", "-n", "x"] as const;
  for (const rootExec of ["refused", "allowed"] as const) {
    const options = { root, rootExec };
    const long = await run({ argv, rootOption: "--root" }, never, options);
    assert.equal(long.stdout, `--root=${root} -n x\n`);
    const short = await run({ argv, rootOption: "-R", env: {} }, never, options);
    assert.equal(short.stdout, `-R ${root} -n x\n`);
  }
  assert.equal((await run({ argv, rootOption: "--root" })).stdout, "x");
});

test("K5: a program that takes its paths one by one runs inside the root, never by a link", async (t) => {
  const root = fs.realpathSync(makeDirectory(t));
  fs.mkdirSync(join(root, "etc/certs"), { recursive: true });
  fs.symlinkSync("etc/certs", join(root, "certs"));
  const argv = ["/bin/sh", "-c", "pwd"] as const;
  const own = { argv, insideRoot: { cwd: "/etc/certs", args: [] } };
  assert.equal((await run(own, never, { root })).stdout, `${join(root, "etc/certs")}\n`);
  const linked = run({ argv, insideRoot: { cwd: "/certs", args: [] } }, never, { root });
  await assert.rejects(linked, { reason: "PathUnsafe" });
  const insideRoot = { cwd: "/etc/certs", args: ["--at", "../x"] };
  const echo = { argv: ["/bin/echo", "own"] as const, insideRoot };
  assert.equal((await run(echo, never, { root })).stdout, "--at ../x own\n");
  assert.equal((await run(echo)).stdout, "own\n");
});

test("K5: another user runs with that user's groups and none of ours", {
  skip: !isRoot && "only root can become another user",
}, async () => {
  const nobody = await accounts.user("nobody", never);
  if (nobody === undefined) throw new Error("every system has nobody");
  const result = await run({ argv: ["id"], user: "nobody" });
  assert.match(result.stdout, new RegExp(`^uid=${nobody.uid}\\(nobody\\) gid=${nobody.gid}\\(`));
  assert.doesNotMatch(result.stdout, /root/);
  assert.equal((await run({ argv: ["id", "-u"], user: "root" })).stdout, "0\n");
  const failing = await run({ argv: ["sh", "-c", "exit 127"], user: "nobody" });
  assert.equal(failing.exitCode, 127);
});

test("K5: a user that is not there, and a program it cannot run, are faults of their own", {
  skip: !isRoot && "only root can become another user",
}, async () => {
  await assert.rejects(run({ argv: ["id"], user: "no-such-user" }), { reason: "UnknownUser" });
  const lost = run({ argv: ["/no/such"], user: "nobody" });
  await assert.rejects(lost, { reason: "CommandNotFound" });
  const closed = run({ argv: ["/etc/passwd"], user: "nobody" });
  await assert.rejects(closed, { reason: "PermissionDenied" });
});

test("K5: no word that a program writes is taken for one of what changes the user", {
  skip: !isRoot && "only root can become another user",
}, async () => {
  for (const [words, exitCode] of [
    ["setpriv: note: done", 0],
    ["setpriv: failed to execute /bin/sh: gone", 127],
    ["setpriv: setresuid failed: Operation not permitted", 1],
  ] as const) {
    const result = await shell(`echo '${words}' >&2; exit ${exitCode}`, { user: "nobody" });
    assert.deepEqual([result.exitCode, result.stderr], [exitCode, `${words}\n`]);
  }
});

test("K5: a program is found as that user finds it", {
  skip: !isRoot && "only root can become another user",
}, async (t) => {
  const directory = makeDirectory(t);
  const path = join(directory, "tool");
  fs.chmodSync(directory, 0o755);
  fs.writeFileSync(path, "#!/bin/sh\nexit 126\n", { mode: 0o644 });
  const PATH = `/nowhere:${directory}:/usr/bin:/bin`;
  for (const [argv, cwd] of [
    [["tool"], "/"],
    [["./tool"], directory],
    [[path], "/"],
  ] as const) {
    fs.chmodSync(path, 0o644);
    const tool = () => run({ argv, cwd, env: { PATH }, user: "nobody" });
    await assert.rejects(tool(), { reason: "PermissionDenied" });
    fs.chmodSync(path, 0o755);
    assert.equal((await tool()).exitCode, 126, "its own");
  }
  const missing = run({ argv: ["no-such-tool"], env: { PATH }, user: "nobody" });
  await assert.rejects(missing, { reason: "CommandNotFound" });
});

test("K5: without root another user is NotPrivileged, and one's own is fine", {
  skip: !isRoot && "the test becomes nobody itself",
}, async (t) => {
  const nobody = await accounts.user("nobody", never);
  process.seteuid?.(nobody?.uid ?? 65_534);
  t.after(() => process.seteuid?.(0));
  await assert.rejects(run({ argv: ["id"], user: "root" }), { reason: "NotPrivileged" });
});
