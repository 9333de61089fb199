import assert from "node:assert/strict";
import { test } from "node:test";
import { type KindWatch, silentLog } from "@holdfast/core";
import fc from "fast-check";
import { simulatedRig } from "@holdfast/testing";
import { fileKind } from "./file/kind.ts";
import { lineKind } from "./line/kind.ts";
import { watchPaths } from "./path-watch.ts";

test("K2: every spec of a path gets its hints, deleted, replaced and made again, the tenth time like the first", async () => {
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

test("K2: a file also gets hints of the path its content comes from", async () => {
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

test("D18: however members come, change and go, those who are there are hinted of their paths, and nobody else", async () => {
  const PATHS = ["/a", "/b", "/c"];
  const anySpec = fc.subarray(PATHS, { minLength: 1 });
  const anyChange = fc.record({ position: fc.nat({ max: 3 }), spec: fc.option(anySpec) });
  await fc.assert(
    fc.asyncProperty(
      fc.array(anySpec, { maxLength: 3 }),
      fc.array(anyChange),
      async (first, changes) => {
        const { host } = simulatedRig(() => {});
        const hints: number[] = [];
        const sink = { hint: (position: number) => hints.push(position), overflow: assert.fail };
        const { signal } = new AbortController();
        await using watch: KindWatch<readonly string[]> = await watchPaths(
          first,
          (paths) => paths,
          { host, signal },
          sink,
        );
        const members = new Map<number, readonly string[]>(first.entries());
        for (const { position, spec } of changes) {
          const removed = members.has(position) ? [position] : [];
          const added = new Map(spec === null ? [] : [[position, spec] as const]);
          await watch.update?.({ removed, added }, signal);
          members.delete(position);
          if (spec !== null) members.set(position, spec);
          for (const path of PATHS) {
            await new Promise(setImmediate);
            hints.length = 0;
            host.kernel.tamper.write(path, path);
            await new Promise(setImmediate);
            const expected = [...members].flatMap(([at, paths]) =>
              paths.includes(path) ? [at] : [],
            );
            assert.deepEqual(new Set(hints), new Set(expected), path);
          }
        }
      },
    ),
    { numRuns: 60 },
  );
});
