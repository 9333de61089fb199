import assert from "node:assert/strict";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, test } from "node:test";
import { type Log, silentLog } from "@holdfast/core";
import { createSimulatedKernel, VirtualClock } from "@holdfast/testing";
import { realClock } from "../system/real-clock.ts";
import type { FileCalls } from "./calls.ts";
import { openFiles } from "./open-files.ts";
import { realFileCalls } from "./real-calls.ts";

const UNSTOPPED = new AbortController().signal;
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const REQUEST = {
  path: "/edited",
  content: encode("new\n"),
  expects: encode("old\n"),
  attempt: "0123456789abcdef",
};

/** Calls whose rename of a temporary file is a moment for others. */
function aroundRename(
  calls: FileCalls,
  moment: { readonly before?: () => Promise<void>; readonly after?: () => Promise<void> },
): FileCalls {
  return {
    ...calls,
    async rename(from, to) {
      await moment.before?.();
      await calls.rename(from, to);
      await moment.after?.();
    },
  };
}

suite("a file that others write while it is replaced", () => {
  test("K1: what is appended after the comparison, or to the old file after the rename, is in the new one", async () => {
    const kernel = createSimulatedKernel();
    kernel.tamper.write("/edited", "old\n");
    const { calls } = kernel;
    const root = calls.openRoot("/");
    const old = calls.openPath(root, "edited");
    const append = (text: string) => async (): Promise<void> => {
      await calls.append(old, encode(text));
    };
    const moments = aroundRename(calls, { before: append("one\n"), after: append("two\n") });
    await openFiles({ calls: moments, root: "/", clock: new VirtualClock() }).write(
      REQUEST,
      UNSTOPPED,
    );
    assert.equal(kernel.inspect.text("/edited"), "new\none\ntwo\n");
  });

  test("K1: half of a line is not torn from its other half", async () => {
    const kernel = createSimulatedKernel();
    kernel.tamper.write("/edited", "old\none\ntw");
    const { calls } = kernel;
    const old = calls.openPath(calls.openRoot("/"), "edited");
    const after = async (): Promise<void> => {
      await calls.append(calls.openPath(calls.openRoot("/"), "edited"), encode("three\n"));
      await calls.append(old, encode("o\n"));
    };
    const files = openFiles({
      calls: aroundRename(calls, { after }),
      root: "/",
      clock: new VirtualClock(),
    });
    await files.write(REQUEST, UNSTOPPED);
    assert.equal(kernel.inspect.text("/edited"), "new\none\nthree\ntwo\n");
  });

  test("K1: what others made of the file in the moment of the rename stays, and is to be edited anew", async () => {
    for (const [expected, rewritten] of [
      ["old\n", "rewritten\n"],
      ["old", "older\n"],
      // A shell empties a file and then writes all of it.
      ["", "old\nnew\n"],
    ] as const) {
      const kernel = createSimulatedKernel();
      kernel.tamper.write("/edited", expected);
      kernel.tamper.chmod("/edited", 0o600);
      const before = async (): Promise<void> => kernel.tamper.write("/edited", rewritten);
      let moments = 0;
      const calls = aroundRename(kernel.calls, {
        before: async () => {
          if (moments++ === 0) await before();
        },
      });
      const files = openFiles({ calls, root: "/", clock: new VirtualClock() });
      const request = { ...REQUEST, expects: encode(expected) };
      await assert.rejects(files.write(request, UNSTOPPED), { reason: "ChangedMeanwhile" });
      assert.equal(kernel.inspect.text("/edited"), rewritten);
      assert.equal((kernel.inspect.stat("/edited")?.mode ?? 0) & 0o7777, 0o600);
      assert.deepEqual(kernel.inspect.list("/"), ["edited"]);
    }
  });

  test("K1: what cannot be kept is said: more was written in the moment of the rename than is carried over", async () => {
    const kernel = createSimulatedKernel();
    kernel.tamper.write("/edited", "old\n");
    const warnings: string[] = [];
    const log: Log = { ...silentLog, warn: (message) => warnings.push(message) };
    const before = async (): Promise<void> =>
      kernel.tamper.write("/edited", "x".repeat(3 * 1024 * 1024));
    const calls = aroundRename(kernel.calls, { before });
    await openFiles({ calls, root: "/", clock: new VirtualClock(), log }).write(REQUEST, UNSTOPPED);
    assert.equal(kernel.inspect.text("/edited"), "new\n");
    assert.match(warnings.join(), /wrote to \/edited in the moment/);
  });

  test("K1: a file that a program has emptied and not yet written is left to it", async (t) => {
    const root = fs.mkdtempSync(join(tmpdir(), "holdfast-expected-"));
    t.after(() => fs.rmSync(root, { recursive: true }));
    if ((await realFileCalls.loadWriterCheck()) === undefined) return t.skip("koffi is not here");
    fs.writeFileSync(join(root, "edited"), "");
    const writer = fs.openSync(join(root, "edited"), "w");
    await using files = openFiles({ calls: realFileCalls, root, clock: realClock });
    const write = files.write({ ...REQUEST, expects: encode("") }, UNSTOPPED);
    await assert.rejects(write, { reason: "ChangedMeanwhile" });
    fs.writeSync(writer, "all of it\n");
    fs.closeSync(writer);
    assert.equal(fs.readFileSync(join(root, "edited"), "utf8"), "all of it\n");
  });

  test("K1: a program that has opened the file before the rename is waited for", async (t) => {
    const root = fs.mkdtempSync(join(tmpdir(), "holdfast-expected-"));
    t.after(() => fs.rmSync(root, { recursive: true }));
    if ((await realFileCalls.loadWriterCheck()) === undefined) return t.skip("koffi is not here");
    fs.writeFileSync(join(root, "edited"), "old\n");
    const writer = fs.openSync(join(root, "edited"), "a");
    let waits = 0;
    const clock = {
      ...realClock,
      schedule(delayMs: number, callback: () => void) {
        waits += 1;
        if (waits === 2) {
          fs.writeSync(writer, "late\n");
          fs.closeSync(writer);
        }
        return realClock.schedule(delayMs, callback);
      },
    };
    await using files = openFiles({ calls: realFileCalls, root, clock });
    await files.write(REQUEST, UNSTOPPED);
    assert.equal(fs.readFileSync(join(root, "edited"), "utf8"), "new\nlate\n");
    assert.equal(waits, 2);
  });
});
