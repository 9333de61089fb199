import assert from "node:assert/strict";
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { suite, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { VirtualClock } from "@holdfast/testing";
import fc from "fast-check";
import { makeScratch } from "../testing/scratch.ts";
import { commandProbe } from "./command-probe.ts";
import { diskSpaceProbe } from "./disk-space-probe.ts";
import { ownershipProbe, permissionProbe } from "./file-probes.ts";
import { tcpProbe } from "./tcp-probe.ts";
import { writeProbe } from "./write-probe.ts";

const never = new AbortController().signal;

suite("built-in probes", () => {
  test("M7: permission bits are enough when at least they are there", async (t) => {
    const path = join(makeScratch(t), "file");
    writeFileSync(path, "");
    const bits = fc.integer({ min: 0, max: 0o7777 });
    await fc.assert(
      fc.asyncProperty(bits, bits, async (found, wanted) => {
        chmodSync(path, found);
        const check = permissionProbe({ path, mode: wanted }).check(never);
        if ((found & wanted) === wanted) await check;
        else await assert.rejects(check, { reason: "PermissionMissing" });
      }),
      { numRuns: 60 },
    );
    chmodSync(path, 0o604);
    await assert.rejects(permissionProbe({ path, mode: 0o640 }).check(never), {
      message: `${path} has mode 0604, which lacks 0040`,
      resolution: `chmod 0644 ${path}`,
    });
  });

  test("M7: ownership is of user, group or both; a missing path is NotFound", async (t) => {
    const path = makeScratch(t);
    const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
    await ownershipProbe({ path, uid, gid }).check(never);
    await ownershipProbe({ path }).check(never);
    await assert.rejects(ownershipProbe({ path, uid: uid + 1 }).check(never), {
      reason: "OwnerWrong",
    });
    await assert.rejects(ownershipProbe({ path, gid: gid + 1 }).check(never), {
      resolution: `chown ${uid}:${gid + 1} ${path}`,
    });
    await assert.rejects(ownershipProbe({ path: `${path}/none`, uid }).check(never), {
      reason: "NotFound",
    });
  });

  test("M7: a write test writes, leaves nothing, and says why it cannot", async (t) => {
    const path = makeScratch(t);
    await writeProbe(path).check(never);
    assert.deepEqual(readdirSync(path), []);
    await assert.rejects(writeProbe(join(path, "none")).check(never), { reason: "NotFound" });
    await assert.rejects(
      writeProbe("/proc/self").check(never),
      /NotFound|NotWritable|ProbeFailed|proc/,
    );
    mkdirSync(join(path, "real"));
    symlinkSync("real", join(path, "linked"));
    await writeProbe(join(path, "linked")).check(never);
  });

  test("M7: disk space is judged in bytes and percent of what is free for others than root", async (t) => {
    const path = makeScratch(t);
    await diskSpaceProbe({ path, minimumBytes: 1, minimumPercent: 0.001 }).check(never);
    await assert.rejects(diskSpaceProbe({ path, minimumBytes: 2 ** 60 }).check(never), {
      reason: "DiskSpaceLow",
    });
    await assert.rejects(diskSpaceProbe({ path, minimumPercent: 100 }).check(never), {
      reason: "DiskSpaceLow",
    });
    assert.throws(() => diskSpaceProbe({ path }), { reason: "OptionInvalid" });
  });

  test("M7: tcp connects, is refused, gives up after its time, and stops at an abort", async () => {
    const server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" ? (address?.port ?? 0) : 0;
    await tcpProbe({ host: "127.0.0.1", port }).check(never);
    await new Promise((resolve) => server.close(resolve));
    await assert.rejects(tcpProbe({ host: "127.0.0.1", port }).check(never), {
      reason: "ConnectFailed",
    });
    const stop = AbortSignal.abort();
    await assert.rejects(tcpProbe({ host: "127.0.0.1", port }).check(stop), { reason: "Aborted" });
    // An hour passes before the kernel answers.
    const hasty = { schedule: hurry, monotonicMs: () => 0, wallMs: () => 0 };
    await assert.rejects(tcpProbe({ host: "127.0.0.1", port, clock: hasty }).check(never), {
      message: /no answer within 2s/,
    });
  });

  test("M7: a command succeeds by its exit code, and its complaint is reported", async () => {
    await commandProbe({ argv: ["true"] }).check(never);
    await assert.rejects(
      commandProbe({ argv: ["sh", "-c", "echo broken >&2; exit 3"] }).check(never),
      { reason: "CommandFailed", message: /it ended with 3 broken$/ },
    );
    // Its stderr is no socket, so it may be opened by name; one that is closed says nothing.
    const named = commandProbe({ argv: ["sh", "-c", "echo named > /dev/stderr; exit 4"] });
    await assert.rejects(named.check(never), { message: /it ended with 4 named$/ });
    const silent = commandProbe({ argv: ["sh", "-c", "exec 2>&-; sleep 0.1; exit 5"] });
    await assert.rejects(silent.check(never), { message: /it ended with 5$/ });
    await assert.rejects(commandProbe({ argv: ["no-such-program-here"] }).check(never), {
      message: /there is no such program/,
    });
    // Nothing of our environment is handed on.
    const print = commandProbe({
      argv: ["sh", "-c", 'test -z "$HOME$SHELL"'],
      env: { PATH: "/bin" },
    });
    await print.check(never);
  });

  test("M7: a command is judged when it ends, and what it left behind is killed", async (t) => {
    const directory = makeScratch(t);
    const clock = new VirtualClock();
    for (const code of [0, 3]) {
      const pidFile = join(directory, `pid-${code}`);
      const script = `sleep 60 & echo $! > ${pidFile}; echo word >&2; exit ${code}`;
      const checked = commandProbe({ argv: ["sh", "-c", script], clock }).check(never);
      if (code === 0) await checked;
      else await assert.rejects(checked, { message: /it ended with 3 word$/ });
      assert.ok(await isGone(await readPid(pidFile)), "the child of the command is gone");
    }
    assert.equal(clock.pending, 0);
  });

  test("M7: a command whose complaints an outsider can still write is not waited for, and its pipe is closed", async (t) => {
    const pidFile = join(makeScratch(t), "pid");
    const open = () => readdirSync("/proc/self/fd").length;
    const before = open();
    // In a session of its own it is not of the group, and keeps the pipe.
    const script = `setsid sh -c 'echo $$ > ${pidFile}; exec sleep 60' & while ! test -s ${pidFile}; do :; done`;
    await commandProbe({ argv: ["sh", "-c", script] }).check(never);
    const pid = await readPid(pidFile);
    t.after(() => process.kill(pid, "SIGKILL"));
    await sleep(0);
    assert.equal(open(), before);
  });

  test("M7: a command that takes too long dies with its children", async (t) => {
    const pidFile = join(makeScratch(t), "pid");
    const script = `sleep 60 & echo $! > ${pidFile}; wait`;
    const clock = new VirtualClock();
    const checked = commandProbe({ argv: ["sh", "-c", script], clock }).check(never);
    const refused = assert.rejects(checked, { message: /it did not end within 10s/ });
    const pid = await readPid(pidFile);
    await clock.advance(10_000);
    await refused;
    assert.ok(await isGone(pid), "the child of the command is gone");
  });
});

function hurry(_delayMs: number, callback: () => void): () => void {
  callback();
  return () => {};
}

async function readPid(path: string): Promise<number> {
  for (let tries = 0; tries < 500; tries += 1) {
    await sleep(10);
    const pid = Number(readOrEmpty(path));
    if (pid > 0) return pid;
  }
  return assert.fail("the command did not start");
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return "";
  }
}

/** A killed child may stay a zombie for a moment, until init fetches it. */
async function isGone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 500; tries += 1) {
    const status = readOrEmpty(`/proc/${pid}/stat`);
    if (status === "" || /\) Z /.test(status)) return true;
    await sleep(10);
  }
  return false;
}
