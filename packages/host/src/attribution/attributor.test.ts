import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type Attribution, certaintyOf } from "@holdfast/core";
import { realClock } from "../system/real-clock.ts";
import { openPathWatches } from "../watch/path-watches.ts";
import { openAttributor, type OpenAttributor } from "./attributor.ts";
import { Outsider } from "./testing/outsider.ts";

const never = new AbortController().signal;
const isRoot = process.geteuid?.() === 0;
/** The kernel reports writers only to root. */
const NEEDS_ROOT = { skip: !isRoot && "the kernel reports writers only to root" };

/** A directory that stands for a root, an attributor of it, and somebody else who does things there. */
class Scene {
  readonly root = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), "holdfast-attribution-")));
  readonly attributor: OpenAttributor = openAttributor({ clock: realClock, root: this.root });
  readonly outsider: Outsider;
  readonly #owned = new AsyncDisposableStack();

  private constructor(outsider: Outsider) {
    this.outsider = this.#owned.use(outsider);
    this.#owned.use(this.attributor);
  }

  static async open(t: TestContext): Promise<Scene> {
    const scene = new Scene(await Outsider.start());
    t.after(async () => {
      await scene.#owned.disposeAsync();
      fs.rmSync(scene.root, { recursive: true, force: true });
    });
    fs.mkdirSync(scene.at("/etc"));
    fs.writeFileSync(scene.at("/etc/motd"), "hello\n");
    return scene;
  }

  at(path: string): string {
    return this.root + path;
  }

  /** Watches as an agent does, so that the kernel tells who writes. Resolves with the next hint. */
  async watch(paths: readonly string[]): Promise<{ hint(): Promise<void> }> {
    let tell = Promise.withResolvers<void>();
    const watches = openPathWatches({
      clock: realClock,
      root: this.root,
      recorder: this.attributor.recorder,
    });
    this.#owned.use(await watches.watch(paths, () => tell.resolve(), never));
    return {
      async hint() {
        await tell.promise;
        tell = Promise.withResolvers<void>();
      },
    };
  }

  whoChanged(path: string, withinMs = 10_000): Promise<Attribution> {
    const question = { paths: [path], seenAtMs: realClock.monotonicMs(), withinMs };
    return this.attributor.whoChanged(question, never);
  }
}

/** An attribution to a process, without what differs from run to run. */
function processOf(attribution: Attribution) {
  assert.ok(attribution.type === "process", JSON.stringify(attribution));
  return { pid: attribution.process.pid, evidence: attribution.evidence };
}

test("attribution: a change by a process that holds the file open is laid to that process", async (t) => {
  const scene = await Scene.open(t);
  const { outsider } = scene;
  await outsider.does(`exec 5>>${scene.at("/etc/motd")}`);
  await outsider.does("echo tampered >&5");
  const answer = await scene.whoChanged("/etc/motd");
  assert.deepEqual(processOf(answer), { pid: outsider.pid, evidence: "holds-open" });
  assert.ok(answer.type === "process");
  assert.equal(answer.process.name, "sh");
  assert.equal(answer.process.uid, process.geteuid?.());
  assert.deepEqual(answer.process.command, ["/bin/sh", "-s"]);
  const startedAgoMs = Date.now() - (answer.process.startedAtMs ?? 0);
  assert.ok(startedAgoMs >= -50 && startedAgoMs < 60_000, `started ${startedAgoMs} ms ago`);
  assert.equal(certaintyOf(answer), "likely");
});

test("attribution: a process that still holds the file that a repair replaced is named as such", async (t) => {
  const scene = await Scene.open(t);
  const { outsider } = scene;
  await outsider.does(`exec 5>>${scene.at("/etc/motd")}`);
  fs.writeFileSync(scene.at("/etc/new"), "hello\n");
  fs.renameSync(scene.at("/etc/new"), scene.at("/etc/motd"));
  const answer = await scene.whoChanged("/etc/motd");
  assert.deepEqual(processOf(answer), { pid: outsider.pid, evidence: "held-replaced" });
});

test("attribution: who only reads the file, and what we do ourselves, is not named", async (t) => {
  const scene = await Scene.open(t);
  const watched = await scene.watch(["/etc/motd"]);
  await scene.outsider.does(`exec 5<${scene.at("/etc/motd")}`);
  const own = fs.openSync(scene.at("/etc/motd"), "a");
  t.after(() => fs.closeSync(own));
  fs.writeSync(own, "ours\n");
  spawnSync("/bin/sh", ["-c", `echo child >>${scene.at("/etc/motd")}`]);
  await watched.hint();
  const answer = await scene.whoChanged("/etc/motd");
  // After its end a child cannot be distinguished from an outsider; only its number is left.
  if (answer.type === "process") assert.equal(answer.process.name, undefined);
  else assert.equal(answer.type, "unknown");
});

test("attribution: where nothing points at anybody, it says what it asked", async (t) => {
  const scene = await Scene.open(t);
  const answer = await scene.whoChanged("/etc/motd");
  assert.ok(answer.type === "unknown", JSON.stringify(answer));
  assert.deepEqual(
    answer.observed.map(({ place }) => place),
    ["kernel events", "open files", "package log", "logins"],
  );
  const details = answer.observed.map(({ detail }) => detail);
  assert.deepEqual(details[0], "nobody listens yet");
  assert.deepEqual(details.slice(2), [
    "there is no log of dpkg here",
    "there is no /var/log/wtmp here",
  ]);
});

test(
  "attribution: a process that wrote and closed is named when the kernel tells",
  NEEDS_ROOT,
  async (t) => {
    const scene = await Scene.open(t);
    const { outsider } = scene;
    const watched = await scene.watch(["/etc/motd"]);
    const operations = [
      `echo tampered >${scene.at("/etc/motd")}`,
      `echo tampered >>${scene.at("/etc/motd")}`,
    ];
    for (const operation of operations) {
      await outsider.does(operation);
      await watched.hint();
      const answer = await scene.whoChanged("/etc/motd");
      assert.deepEqual(
        processOf(answer),
        { pid: outsider.pid, evidence: "kernel-event" },
        operation,
      );
      assert.ok(answer.type === "process");
      assert.equal(answer.process.name, "sh");
      assert.deepEqual(answer.process.command, ["/bin/sh", "-s"]);
      assert.equal(answer.process.uid, 0);
      assert.equal(certaintyOf(answer), "certain");
    }
  },
);

test(
  "attribution: each way to change a path is noticed: remove, rename, chmod, in a directory made anew",
  NEEDS_ROOT,
  async (t) => {
    const scene = await Scene.open(t);
    const motd = scene.at("/etc/motd");
    const watched = await scene.watch(["/etc/motd"]);
    // Each change ends a process of its own, which may be gone before it is observed; its number remains.
    const operations = [
      `rm ${motd}`,
      `cp /etc/hostname ${motd}`,
      `mv ${motd} ${motd}.away; mv ${motd}.away ${motd}`,
      `chmod 600 ${motd}`,
      `sed -i s/a/b/ ${motd}`,
      `rm -r ${scene.at("/etc")}; mkdir ${scene.at("/etc")}; sleep 0.1; echo again >${motd}`,
    ];
    for (const operation of operations) {
      const since = realClock.monotonicMs();
      await scene.outsider.does(operation);
      await watched.hint();
      const answer = await scene.whoChanged("/etc/motd", realClock.monotonicMs() - since);
      assert.ok(answer.type === "process", `${operation}: ${JSON.stringify(answer)}`);
      assert.equal(answer.evidence, "kernel-event");
      assert.notEqual(answer.process.pid, process.pid);
      if (operation.endsWith(`>${motd}`)) assert.equal(answer.process.pid, scene.outsider.pid);
    }
  },
);
