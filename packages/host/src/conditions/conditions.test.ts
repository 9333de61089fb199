import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, test, type TestContext } from "node:test";
import type { Clock, LeafCondition, MachineConditions, Truth } from "@holdfast/core";
import { openFiles } from "../files/open-files.ts";
import { realFileCalls } from "../files/real-calls.ts";
import { openRemoteFiles } from "../files/remote/open-remote-files.ts";
import { realClock } from "../system/real-clock.ts";
import { openPathWatches } from "../watch/path-watches.ts";
import { createDial } from "./dial.ts";
import { holdsMountInfo, holdsNetlinkGroup } from "./listening.ts";
import { openMonitor } from "./monitor.ts";
import { openConditions } from "./open-conditions.ts";
import { turnInNamespace } from "./testing/in-namespace.ts";

const never = new AbortController().signal;
/** The loop takes less than a millisecond, the kernel up to a second for a carrier to settle; a busy machine takes what it takes. */
const SOON_MS = 5_000;

function makeRoot(t: TestContext): string {
  const root = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), "holdfast-conditions-")));
  t.after(() => fs.rmSync(root, { recursive: true, force: true }));
  return root;
}

function open(t: TestContext, root: string): MachineConditions {
  const remote = openRemoteFiles({ clock: realClock });
  const files = openFiles({ calls: realFileCalls, root, clock: realClock, remote });
  t.after(async () => {
    await files[Symbol.asyncDispose]();
    await remote[Symbol.asyncDispose]();
  });
  const paths = openPathWatches({ clock: realClock, root });
  return openConditions({ clock: realClock, root, files, paths });
}

/** Watches one leaf, and observes it again after each trigger. */
async function follow(t: TestContext, conditions: MachineConditions, leaf: LeafCondition) {
  const { signal } = new AbortController();
  let trigger = Promise.withResolvers<undefined>();
  const watch = await conditions.watch([leaf], () => trigger.resolve(undefined), signal);
  t.after(() => watch[Symbol.asyncDispose]());
  return {
    now: () => conditions.observe(leaf, signal),
    async after(change: () => void, expected: Truth["type"]): Promise<void> {
      change();
      for (;;) {
        const { promise } = trigger;
        if ((await conditions.observe(leaf, signal)).type === expected) return;
        const late = setTimeout(
          () => trigger.reject(new Error(`${expected} is not noticed`)),
          5_000,
        );
        await promise;
        clearTimeout(late);
        trigger = Promise.withResolvers();
      }
    },
  };
}

function checkTurns(
  turned: Awaited<ReturnType<typeof turnInNamespace>>,
  expected: readonly Truth["type"][],
): void {
  assert.deepEqual(
    turned.map(({ truth }) => truth.type),
    expected,
    JSON.stringify(turned),
  );
  for (const { noticedAfterMs } of turned)
    assert.ok(noticedAfterMs < SOON_MS, JSON.stringify(turned));
}

suite("conditions of the real machine", () => {
  test("B5: mountinfo gives no inotify event, and a bind mount is noticed at once nevertheless", async (t) => {
    const root = makeRoot(t);
    const point = join(root, "data");
    fs.mkdirSync(point);
    const mount = ["mount", "--bind", "/etc", point];
    const unmount = ["umount", point];
    const turned = await turnInNamespace("mount", {
      leaf: { type: "mount", subject: point },
      before: [],
      turns: [mount, unmount, mount, unmount],
    });
    checkTurns(turned, ["fails", "holds", "fails", "holds", "fails"]);
    t.diagnostic(
      `noticed after ${turned.map(({ noticedAfterMs }) => noticedAfterMs.toFixed(1)).join(", ")} ms`,
    );
  });

  test("B5: a mount point is observed inside the root, through a link to the root, and exactly", async (t) => {
    const directory = makeRoot(t);
    const root = join(directory, "image");
    const link = join(directory, "link");
    fs.mkdirSync(join(root, "srv/a b"), { recursive: true });
    fs.symlinkSync("image", link);
    const observe = async (subject: string): Promise<readonly (string | undefined)[]> => {
      const turned = await turnInNamespace("mount", {
        leaf: { type: "mount", subject },
        root: link,
        before: [["mount", "-t", "tmpfs", "none", join(root, "srv/a b")]],
        turns: [],
      });
      return turned.map(({ truth }) => truth.type);
    };
    assert.deepEqual(await observe("/srv/a b"), ["holds"]);
    assert.deepEqual(await observe("/srv"), ["fails"]);
    assert.deepEqual(await observe("/srv/a"), ["fails"]);
    assert.deepEqual(await observe("/proc"), ["fails"]);
  });

  test("B5: an interface that comes, goes up and down and away is noticed at once", async (t) => {
    const link = (...words: readonly string[]) => ["ip", "link", ...words];
    const turned = await turnInNamespace("net", {
      leaf: { type: "interface", subject: "veth0" },
      before: [],
      turns: [
        link("add", "veth0", "type", "veth", "peer", "name", "veth1"),
        link("set", "veth0", "up"),
        link("set", "veth1", "up"),
        link("set", "veth1", "down"),
        link("set", "veth1", "up"),
        link("del", "veth0"),
      ],
    });
    checkTurns(turned, ["fails", "fails", "fails", "holds", "fails", "holds", "fails"]);
    const whys = turned.map(({ truth }) => ("why" in truth ? truth.why : ""));
    assert.equal(whys[0], "there is no such interface");
    assert.equal(whys[1], "it is disabled");
    assert.equal(whys[2], "its state is lowerlayerdown");
    t.diagnostic(
      `noticed after ${turned.map(({ noticedAfterMs }) => noticedAfterMs.toFixed(1)).join(", ")} ms`,
    );
  });

  test("B5: an interface that cannot tell its carrier is up when it is enabled", async () => {
    const turned = await turnInNamespace("net", {
      leaf: { type: "interface", subject: "lo" },
      before: [],
      turns: [["ip", "link", "set", "lo", "up"]],
    });
    checkTurns(turned, ["fails", "holds"]);
  });

  test("B5: a port that begins to listen holds, and one that no longer does is refused", async () => {
    const observe = createDial(realClock);
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    assert.ok(typeof address === "object" && address !== null);
    const endpoint = { host: "127.0.0.1", port: address.port };
    assert.deepEqual(await observe(endpoint, never), { type: "holds" });
    server.close();
    await once(server, "close");
    assert.deepEqual(await observe(endpoint, never), { type: "fails", why: "connection refused" });
    const nowhere = { host: "no-such-host.invalid", port: 1 };
    assert.equal((await observe(nowhere, never)).type, "fails");
  });

  test("B5: a service without an answer within two seconds does not answer", async () => {
    const delays: number[] = [];
    const clock: Clock = {
      ...realClock,
      schedule(delayMs, callback) {
        delays.push(delayMs);
        queueMicrotask(callback);
        return () => {};
      },
    };
    const truth = await createDial(clock)({ host: "127.0.0.1", port: 1 }, never);
    assert.deepEqual(truth, { type: "fails", why: "no answer within 2 s" });
    assert.deepEqual(delays, [2_000]);
    const stopped = AbortSignal.abort();
    assert.equal(
      (await createDial(realClock)({ host: "127.0.0.1", port: 1 }, stopped)).type,
      "unknown",
    );
  });

  test("B5: a file is noticed inside the root, however often it and its parents come and go", async (t) => {
    const root = makeRoot(t);
    const leaf = { type: "file", subject: "/run/app/ready" } as const;
    const { now, after } = await follow(t, open(t, root), leaf);
    assert.deepEqual(await now(), { type: "fails" });
    const path = join(root, "run/app/ready");
    for (let time = 0; time < 3; time += 1) {
      await after(() => {
        fs.mkdirSync(join(root, "run/app"), { recursive: true });
        fs.writeFileSync(path, "");
      }, "holds");
      await after(() => fs.rmSync(path), "fails");
      await after(() => fs.mkdirSync(path), "holds");
      await after(() => fs.rmSync(join(root, "run"), { recursive: true }), "fails");
    }
  });

  test("B5: a link to a file counts as what it leads to, inside the root", async (t) => {
    const root = makeRoot(t);
    fs.mkdirSync(join(root, "etc"));
    fs.symlinkSync("/etc/target", join(root, "flag"));
    const { now, after } = await follow(t, open(t, root), { type: "file", subject: "/flag" });
    assert.deepEqual(await now(), { type: "fails" }, "a link that leads nowhere");
    await after(() => fs.writeFileSync(join(root, "etc/target"), ""), "holds");
    await after(() => fs.rmSync(join(root, "etc/target")), "fails");
  });
});

suite("children that listen for us", () => {
  const monitor = (argv: readonly [string, ...string[]], isListening = holdsMountInfo) =>
    openMonitor(
      {
        argv,
        subject: "mounts",
        package: "util-linux",
        isListening,
        hear: () => {},
        clock: realClock,
      },
      never,
    );

  test("D9: a program that is missing is a failed watch that says what to install", async () => {
    await assert.rejects(monitor(["no-such-program"]), {
      reason: "WatchFailed",
      message:
        "changes of mounts cannot be watched: no-such-program does not exist on the PATH of the command",
      resolution: "Install util-linux; until then they are observed again and again.",
    });
  });

  test("D9: one that ends before it listens is a failed watch with what it said", async () => {
    await assert.rejects(monitor(["sh", "-c", "echo unknown option >&2; exit 2"]), {
      reason: "WatchFailed",
      message: /ended: unknown option$/,
    });
  });

  test("D9: one that is killed ends its watch with a fault; one that is disposed of leaves no child", async () => {
    const isAlive = (pid: number): boolean => fs.existsSync(`/proc/${pid}/cmdline`);
    let pid = 0;
    const seen = (candidate: number): boolean => {
      pid = candidate;
      return holdsMountInfo(candidate);
    };
    const killed = await monitor(["findmnt", "--poll"], seen);
    process.kill(pid, "SIGKILL");
    assert.equal((await killed.ended)?.reason, "WatchFailed");
    const disposed = await monitor(["findmnt", "--poll"], seen);
    assert.ok(isAlive(pid));
    await disposed[Symbol.asyncDispose]();
    await disposed[Symbol.asyncDispose]();
    assert.equal(await disposed.ended, undefined);
    assert.ok(!isAlive(pid));
  });

  test("D9: a child does not outlive an agent that is killed", async () => {
    const program = `
      const { openMonitor } = await import(${JSON.stringify(import.meta.resolve("./monitor.ts"))});
      const { holdsMountInfo } = await import(${JSON.stringify(import.meta.resolve("./listening.ts"))});
      const { realClock } = await import(${JSON.stringify(import.meta.resolve("../system/real-clock.ts"))});
      let pid = 0;
      const isListening = (candidate) => holdsMountInfo((pid = candidate));
      const rest = { subject: "mounts", package: "util-linux", hear() {}, clock: realClock };
      const argv = ["findmnt", "--poll"];
      await openMonitor({ argv, isListening, ...rest }, new AbortController().signal);
      console.log(pid);`;
    const args = ["--conditions=@holdfast/source", "--input-type=module", "-e", program];
    const agent = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    const [line] = (await once(agent.stdout, "data")) as [Buffer];
    const pid = Number(line.toString());
    assert.ok(fs.existsSync(`/proc/${pid}/cmdline`));
    agent.kill("SIGKILL");
    await once(agent, "exit");
    const deadline = AbortSignal.timeout(10_000);
    while (!isDead(pid)) {
      deadline.throwIfAborted();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  });

  test("promise 3: a child listens only when it waits for what the kernel tells", async (t) => {
    const child = spawn("sh", ["-c", "exec 3</proc/self/mountinfo; read line"], {
      stdio: ["pipe", "ignore", "ignore"],
    });
    t.after(() => child.kill("SIGKILL"));
    await once(child, "spawn");
    const pid = child.pid ?? 0;
    const deadlineMs = performance.now() + 10_000;
    while (!holdsMountInfo(pid) && performance.now() < deadlineMs) await realClock.yieldTurn();
    assert.ok(holdsMountInfo(pid));
    assert.ok(!holdsNetlinkGroup(pid), "it has no socket at all");
    assert.ok(!holdsMountInfo(process.pid), "we do not wait while we ask");
    assert.ok(!holdsMountInfo(2 ** 22), "there is no such process");
  });
});

/** It ended; whoever adopted it may not have asked for it yet. */
function isDead(pid: number): boolean {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).startsWith("Z");
  } catch {
    return true;
  }
}
