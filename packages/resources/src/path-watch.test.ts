import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLog } from "@holdfast/core";
import { simulatedRig } from "@holdfast/testing";
import { fileKind } from "./file/kind.ts";
import { lineKind } from "./line/kind.ts";

test("K2: every spec of a path hears of it, deleted, replaced and made again, the tenth time like the first", async () => {
  const { host } = simulatedRig(({ kernel }) => kernel.tamper.makeDirectory("/etc"));
  const { tamper } = host.kernel;
  const bind = (line: string) => lineKind.bind(line, { path: "/etc/a", line }, assert.fail);
  const specs = [bind("one"), bind("two")];
  const trigger: number[] = [];
  const sink = { hint: (position: number) => trigger.push(position), overflow: assert.fail };
  const signal = new AbortController().signal;
  await using _ = await lineKind.watch?.(specs, { host, signal, log: silentLog }, sink);
  for (let round = 0; round < 10; round++) {
    for (const happen of [
      () => tamper.write("/etc/a", "x"),
      () => tamper.chmod("/etc/a", 0o600),
      () => tamper.replaceByRename("/etc/a", "y"),
      () => tamper.remove("/etc/a"),
    ]) {
      trigger.length = 0;
      happen();
      await new Promise(setImmediate);
      assert.deepEqual(new Set(trigger), new Set([0, 1]));
    }
  }
});

test("K2: a file also hears of the path its content comes from", async () => {
  const { host } = simulatedRig(({ kernel }) => kernel.tamper.makeDirectory("/etc"));
  const input = { contentFrom: { path: "/etc/source" } };
  const spec = fileKind.bind("/etc/a", input, assert.fail);
  const trigger: string[] = [];
  const sink = { hint: (_: number, what: string) => trigger.push(what), overflow: assert.fail };
  const signal = new AbortController().signal;
  await using _ = await fileKind.watch?.([spec], { host, signal, log: silentLog }, sink);
  host.kernel.tamper.write("/etc/source", "x");
  await new Promise(setImmediate);
  assert.notDeepEqual(trigger, []);
});
