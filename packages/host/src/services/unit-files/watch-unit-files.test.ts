import assert from "node:assert/strict";
import { test } from "node:test";
import { ABSENT, type FileReader, parseUnitName, type PathWatches, present } from "@holdfast/core";
import { watchUnitFiles } from "./watch-unit-files.ts";

const never = new AbortController().signal;
const DROP_INS = "/etc/systemd/system/web.service.d";
const DROP_IN = `${DROP_INS}/limits.conf`;

test("K2, K4: a drop-in that comes into a new directory before that is watched is watched all the same", async () => {
  const lists = new Map([
    ["/etc/systemd/system", ["web.service.d"]],
    [DROP_INS, [] as string[]],
  ]);
  const list = async (path: string) => {
    const names = lists.get(path);
    return names === undefined ? ABSENT : present(names);
  };
  const watched: (readonly string[])[] = [];
  const paths: PathWatches = {
    watch: async (wanted) => {
      watched.push(wanted);
      // Between the listing and the watch.
      if (wanted.includes(DROP_INS)) lists.set(DROP_INS, ["limits.conf"]);
      const ended = new Promise<undefined>(() => {});
      return { ended, change: async () => {}, [Symbol.asyncDispose]: async () => {} };
    },
  };
  const unit = parseUnitName("web.service");
  assert.ok(unit !== undefined);
  const none: Omit<FileReader, "list"> = {
    read: () => assert.fail(),
    readMany: () => assert.fail(),
    stream: () => assert.fail(),
    details: () => assert.fail(),
    readTree: () => assert.fail(),
  };
  const files = { ...none, list };
  const ignored = { edited: () => {}, rearranged: () => {} };
  await using _watch = await watchUnitFiles({ files, paths, units: [unit], ...ignored }, never);
  assert.ok(watched.at(-1)?.includes(DROP_IN), JSON.stringify(watched));
});
