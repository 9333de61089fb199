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
    const members: unknown = Reflect.get(reader, port);
    const writers: unknown = Reflect.get(host, port);
    assert.deepEqual(
      names.filter((name) => name in Object(members)),
      [],
      port,
    );
    assert.ok(
      names.some((name) => name in Object(writers)),
      `${port} has one of them`,
    );
  }
});
