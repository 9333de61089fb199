import assert from "node:assert/strict";
import { test } from "node:test";
import { createSimulatedHost, VirtualClock } from "@holdfast/testing";
import { readerOf } from "./reader-of.ts";

const WRITERS = {
  files: ["write", "remove", "makeDirectory", "setAttributes"],
  accounts: ["createUser", "setPassword", "removeGroup"],
  commands: ["run"],
  packages: ["transact"],
  services: ["start", "enable", "daemonReload", "startTransient"],
  oneShots: ["begin", "done", "forget"],
} as const;

test("a reader has no method that writes, whatever its type is taken for", () => {
  const host = createSimulatedHost({ clock: new VirtualClock() });
  const reader = readerOf(host);
  assert.equal("downloads" in reader, false);
  for (const [port, names] of Object.entries(WRITERS)) {
    const members = Object.entries(reader).find(([name]) => name === port)?.[1];
    assert.ok(typeof members === "object", port);
    const present = names.filter((name) => name in members);
    assert.deepEqual(present, [], port);
    const writer = Object.entries(host).find(([name]) => name === port)?.[1];
    assert.ok(names.some((name) => name in Object(writer)), `${port} has one of them`);
  }
});
