import assert from "node:assert/strict";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Fault } from "@holdfast/core";
import { VirtualClock } from "@holdfast/testing";
import { type OpenRemoteFiles, openRemoteFiles } from "./open-remote-files.ts";

const UNSTOPPED = new AbortController().signal;
const MOUNT = { mountPoint: "/mnt/far", root: "/" };
const CONTENT = new TextEncoder().encode("new");
const WRITE = { path: "/mnt/far/one", content: CONTENT, attempt: "0123456789abcdef" };
const CHECK = '{"id":1,"type":"check","path":"/mnt/far/.one"}';
const ANSWER = '{"id":1,"type":"answer","answer":{"type":"list","answer":{"type":"absent"}}}';

/** Remote files whose child is a script; it leaves traces in a file. */
function open(t: TestContext, script: string) {
  const directory = fs.mkdtempSync(join(tmpdir(), "holdfast-crew-"));
  t.after(() => fs.rmSync(directory, { recursive: true }));
  const traces = join(directory, "traces");
  const clock = new VirtualClock();
  const program = `trace() { echo "$1" >> ${traces}; }; trace $$; ${script}`;
  const remote: OpenRemoteFiles = openRemoteFiles({ clock, command: ["/bin/sh", "-c", program] });
  t.after(() => remote[Symbol.asyncDispose]());
  return { clock, remote, traces: () => linesOf(traces) };
}

test("K1: a read that is not answered in 5 s is unresponsive, and the child is killed", async (t) => {
  const { clock, remote, traces } = open(t, "exec sleep 1000");
  const observations = Promise.all([
    remote.readMany(MOUNT, [{ path: "/mnt/far/one", content: "none" }], UNSTOPPED),
    remote.list(MOUNT, "/mnt/far", UNSTOPPED).then((names) => [names]),
  ]);
  await until(() => traces().length === 1);
  await clock.advance(4_999);
  await clock.advance(1);
  for (const [found] of await observations) {
    assert.equal(found?.type === "unknown" && found.fault.reason, "MountUnresponsive");
  }
  const [pid] = traces();
  await until(() => !fs.existsSync(`/proc/${pid}`));
});

test("K1: a write that does not get on is given up after a minute; while it is checked no time counts", async (t) => {
  const { clock, remote, traces } = open(
    t,
    `read start; read ask; echo '${CHECK}'; read verdict; trace "$verdict"; exec sleep 1000`,
  );
  const checking = Promise.withResolvers<string>();
  const checked = Promise.withResolvers<void>();
  const validate = async (path: string): Promise<void> => {
    checking.resolve(path);
    await checked.promise;
  };
  const endings: unknown[] = [];
  const write = remote.write(MOUNT, { type: "write", request: { ...WRITE, validate } }, UNSTOPPED);
  void write.catch((error: unknown) => endings.push(error));
  assert.equal(await checking.promise, "/mnt/far/.one");
  await clock.advance(600_000);
  assert.equal(endings.length, 0);
  checked.resolve();
  await until(() => traces().length === 2);
  assert.match(traces()[1] ?? "", /"type":"checked"/);
  await clock.advance(59_999);
  assert.equal(endings.length, 0);
  await clock.advance(1);
  const [ending] = endings;
  assert.ok(ending instanceof Fault && ending.reason === "MountUnresponsive", String(ending));
});

test("K1: stopping a write waits a second for it to clear up, and stopping a read waits for nothing", async (t) => {
  const { clock, remote, traces } = open(t, "exec sleep 1000");
  const stop = new AbortController();
  const write = remote.write(MOUNT, { type: "write", request: WRITE }, stop.signal);
  const listing = remote.list(MOUNT, "/mnt/far", stop.signal);
  await until(() => traces().length === 1);
  const fault = new Fault({ reason: "Aborted", message: "stopped", resolution: "-" });
  stop.abort(fault);
  await assert.rejects(listing, fault);
  const refused = assert.rejects(write, fault);
  await clock.advance(1_000);
  await refused;
});

test("K1: a child that fails is reported with what it said, and the next question starts another", async (t) => {
  const { remote, traces } = open(t, "echo no such library >&2; exit 3");
  for (const times of [1, 2]) {
    const found = await remote.list(MOUNT, "/mnt/far", UNSTOPPED);
    assert.equal(found.type === "unknown" && found.fault.reason, "HostFailed");
    assert.match(found.type === "unknown" ? found.fault.message : "", /no such library/);
    assert.equal(traces().length, times);
  }
});

test("K1: a child is let go when nobody asked it anything for 5 s", async (t) => {
  const { clock, remote, traces } = open(
    t,
    `read start; read ask; echo '${ANSWER}'; cat > /dev/null; trace ended`,
  );
  assert.equal((await remote.list(MOUNT, "/mnt/far", UNSTOPPED)).type, "absent");
  await clock.advance(4_999);
  assert.equal(traces().length, 1);
  await clock.advance(1);
  await until(() => traces().includes("ended"));
  await until(() => clock.pending === 0);
});

function linesOf(path: string): readonly string[] {
  if (!fs.existsSync(path)) return [];
  return fs.readFileSync(path, "utf8").split("\n").slice(0, -1);
}

/** Children are real: what they do takes its time. */
async function until(isSo: () => boolean): Promise<void> {
  const tooLate = AbortSignal.timeout(30_000);
  while (!isSo()) {
    assert.ok(!tooLate.aborted, "it never was so");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
