import assert from "node:assert/strict";
import { test } from "node:test";
import { KindPorts, type PortName } from "@holdfast/core";
import { createSimulatedHost, VirtualClock } from "@holdfast/testing";
import { Bench } from "../testing/bench.ts";

function portsOf(listed: readonly PortName[]) {
  const host = createSimulatedHost({ clock: new VirtualClock() });
  return { host, kind: { kind: "fake", ports: listed }, ports: new KindPorts(host) };
}

test("§4: a reader has no method that writes, whatever it is taken for", () => {
  const { kind, ports } = portsOf(["files", "oneShots", "commands", "services", "packages"]);
  const reader = ports.readerFor(kind);
  assert.deepEqual(Object.keys(reader.files).toSorted(), [
    "details",
    "list",
    "read",
    "readMany",
    "readTree",
    "stream",
  ]);
  assert.deepEqual(Object.keys(reader.oneShots), ["state"]);
  assert.deepEqual(Object.keys(reader.commands), ["query", "check"]);
  for (const name of ["start", "enable", "daemonReload", "startTransient", "transact"]) {
    assert.equal(name in reader.services || name in reader.packages, false, name);
  }
  assert.equal("downloads" in reader, false);
});

test("§4: a kind reaches the ports that it lists and no others", () => {
  const { host, kind, ports } = portsOf(["files"]);
  assert.equal(ports.writerFor(kind).files, host.files);
  assert.throws(() => ports.writerFor(kind).commands, /fake uses the port commands and does not/);
  assert.throws(() => ports.readerFor(kind).accounts, /fake uses the port accounts and does not/);
});

test("§4: the engine gives a kind its own ports only, each time it calls it", async () => {
  const bench = new Bench();
  const reached: string[] = [];
  Object.assign(bench.fakes.kind, {
    details: undefined,
    observe: (_spec: unknown, { host }: { readonly host: object }) => {
      for (const name of Object.keys(host)) {
        try {
          Reflect.get(host, name);
          reached.push(name);
        } catch {
          // Not listed.
        }
      }
      return { type: "absent" };
    },
  });
  await bench.converge([{ name: "a", meta: { noop: true } }]);
  assert.deepEqual(reached, [], "the fakes list no port");
});
