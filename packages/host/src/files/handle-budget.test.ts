import assert from "node:assert/strict";
import { test } from "node:test";
import { createSimulatedKernel, VirtualClock } from "@holdfast/testing";
import fc from "fast-check";
import type { FileCalls } from "./calls.ts";
import { errnoFault } from "./errno-fault.ts";
import { openFiles } from "./open-files.ts";

const UNSTOPPED = new AbortController().signal;
/** What Node and the rest of the agent hold at least. */
const HELD_BY_OTHERS = 40;

test("K1: under any limit of open files from 80 on, many reads and writes at once find their handles", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 80, max: 400 }), async (limit) => {
      const kernel = createSimulatedKernel();
      const calls = limited(kernel.calls, limit - HELD_BY_OTHERS, () => kernel.openHandles());
      const files = openFiles({
        calls: { ...calls, openFileLimit: () => limit },
        root: "/",
        clock: new VirtualClock(),
      });
      const paths = Array.from({ length: 90 }, (_, at) => `/srv/d${at}/deeper/file`);
      for (const path of paths) kernel.tamper.write(path, "old");
      const found = await files.readMany(
        paths.map((path) => ({ path, content: "bytes" })),
        UNSTOPPED,
      );
      assert.ok(found.every(({ type }) => type === "present"));
      const content = new TextEncoder().encode("new");
      await Promise.all(
        paths.flatMap((path, at) => [
          files.write({ path, content, attempt: `${at}`, backupSuffix: ".bak" }, UNSTOPPED),
          files.read({ path, content: "bytes" }, UNSTOPPED),
          files.list(`/srv/d${at}`, UNSTOPPED),
        ]),
      );
      assert.equal(kernel.openHandles(), 0);
    }),
    { numRuns: 10 },
  );
});

test("too many open files are reported as what they are, with the limit that can be raised", () => {
  const faultOf = (code: string) =>
    errnoFault(Object.assign(new Error(code), { code }), "observe", "/srv");
  const own = faultOf("EMFILE");
  assert.equal(own.reason, "TooManyOpenFiles");
  assert.match(
    own.message,
    /cannot observe \/srv: this process has too many open files \(EMFILE\)/,
  );
  assert.match(own.resolution, /ulimit -n, or LimitNOFILE=/);
  const shared = faultOf("ENFILE");
  assert.equal(shared.reason, "TooManyOpenFiles");
  assert.match(shared.message, /the machine has too many open files/);
  assert.match(shared.resolution, /fs\.file-max/);
});

/** Calls that open nothing beyond a limit. */
function limited(calls: FileCalls, most: number, openHandles: () => number): FileCalls {
  const refuse = (): void => {
    if (openHandles() >= most) throw Object.assign(new Error("EMFILE"), { code: "EMFILE" });
  };
  const opening = <Given extends readonly unknown[], Opened>(open: (...given: Given) => Opened) => {
    return (...given: Given): Opened => {
      refuse();
      return open(...given);
    };
  };
  return {
    ...calls,
    openRoot: opening(calls.openRoot),
    openDirectory: opening(calls.openDirectory),
    openPath: opening(calls.openPath),
    openFile: opening(calls.openFile),
    async create(...given) {
      refuse();
      return await calls.create(...given);
    },
    async syncPath(...given) {
      refuse();
      await calls.syncPath(...given);
    },
  };
}
