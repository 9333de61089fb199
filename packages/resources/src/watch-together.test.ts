import assert from "node:assert/strict";
import { test } from "node:test";
import type { KindWatch } from "@holdfast/core";
import { watchBoth } from "./watch-together.ts";

const CHANGES = { removed: [], added: new Map([[0, "a"]]) };

function aWatch(name: string, calls: string[], canUpdate = true): KindWatch<string> {
  const watch: KindWatch<string> = {
    ended: new Promise(() => {}),
    async [Symbol.asyncDispose]() {
      calls.push(`${name} closed`);
    },
  };
  return canUpdate
    ? {
        ...watch,
        async update() {
          calls.push(`${name} updated`);
        },
      }
    : watch;
}

test("two watches as one change their members when both can; else it is opened anew", async () => {
  const calls: string[] = [];
  const both = await watchBoth(aWatch("files", calls), async () => aWatch("units", calls));
  await both.update?.(CHANGES, AbortSignal.timeout(60_000));
  await both[Symbol.asyncDispose]();
  assert.deepEqual(calls.toSorted(), [
    "files closed",
    "files updated",
    "units closed",
    "units updated",
  ]);
  for (const [first, second] of [
    [true, false],
    [false, true],
  ] as const) {
    const fixed = await watchBoth(aWatch("a", [], first), async () => aWatch("b", [], second));
    assert.equal(fixed.update, undefined);
  }
});

test("where the second cannot be opened the first is closed", async () => {
  const calls: string[] = [];
  const opened = watchBoth(aWatch("files", calls), async () => {
    throw new Error("no systemd");
  });
  await assert.rejects(opened, /no systemd/);
  assert.deepEqual(calls, ["files closed"]);
});
