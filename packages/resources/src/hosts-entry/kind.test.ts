import assert from "node:assert/strict";
import { suite, test } from "node:test";
import {
  buildGraph,
  checkResources,
  type FileWriter,
  type JsonObject,
  silentLog,
} from "@holdfast/core";
import {
  actionOn,
  carryOut,
  checkSimulated,
  type Operation,
  simulatedActor,
  simulatedRig,
  type Start,
  writeContext,
} from "@holdfast/testing";
import { createStandardCatalog } from "../standard-kinds.ts";
import { hostsEntryKind } from "./kind.ts";
import type { HostsEntryObserved } from "./observe.ts";
import type { HostsEntryInput } from "./spec.ts";

const HOSTS = "/etc/hosts";
const LOCALHOST = "127.0.0.1\tlocalhost\n";

const entry = (input: HostsEntryInput, name = "db.example.org") => ({
  kind: hostsEntryKind,
  name,
  input,
});
const machine =
  (content: string): Start =>
  ({ kernel }) => {
    const actor = simulatedActor(kernel);
    carryOut({ type: "directory", path: "/etc" }, actor);
    const written: Operation = { type: "write", path: HOSTS, content, encoding: "latin1" };
    carryOut(written, actor);
  };

/** What becomes of a file, and the fields that differed. */
async function fileAfter(
  input: HostsEntryInput,
  before: string,
  fields: readonly string[],
): Promise<string | undefined> {
  const host = await checkSimulated(entry(input), machine(before), fields);
  return host.kernel.inspect.text(HOSTS);
}

suite("hosts-entry", () => {
  test("K10: names and addresses that resolvers would not take are mistakes of their fields", () => {
    const mistakesOf = (input: HostsEntryInput, name = "db"): readonly string[] => {
      const fields: string[] = [];
      hostsEntryKind.bind(name, input, (field) => fields.push(field));
      return fields;
    };
    const addresses = ["10.0.0.5", "2001:db8::5"];
    for (const name of ["db", "db_1", "db.example.org", "1.example"]) {
      assert.deepEqual(mistakesOf({ addresses }, name), [], name);
    }
    for (const name of ["", "a b", "a#b", "db.", "-db", "a\nb", "\u00fc", "a".repeat(64)]) {
      assert.deepEqual(mistakesOf({ addresses }, name), [""], name);
    }
    assert.deepEqual(mistakesOf({ addresses: "10.0.0" }), ["addresses"]);
    assert.deepEqual(mistakesOf({ addresses: ["::1", "0::1"] }), ["addresses"]);
    assert.deepEqual(mistakesOf({ addresses, aliases: ["DB", "x y"] }), ["aliases", "aliases"]);
    assert.deepEqual(mistakesOf({}), [""]);
    assert.deepEqual(mistakesOf({ addresses, state: "absent" }), ["addresses"]);
  });

  test("G6: who else decides about a name, or about the whole file, is refused; other names go together", () => {
    const catalog = createStandardCatalog();
    const declared = (kind: string, name: string, spec: JsonObject) => {
      return { kind, name, spec, meta: {}, locate: () => ({ file: "site.yaml", line: 1 }) };
    };
    const conflictsOf = (resources: readonly ReturnType<typeof declared>[]): readonly string[] => {
      const { value, diagnostics } = checkResources(resources, catalog);
      assert.ok(value !== undefined, JSON.stringify(diagnostics));
      const graph = buildGraph(value, { catalog, log: silentLog });
      return graph.diagnostics.map(({ summary }) => summary);
    };
    const db = declared("hosts-entry", "db", { addresses: "10.0.0.5", aliases: ["d"] });
    const host = declared("hostname", "web1", { hostsLine: true });
    const web = declared("hosts-entry", "web2", { addresses: "10.0.0.6" });
    assert.deepEqual(conflictsOf([db, host, web]), []);
    const ofTwo = "two resources own one thing";
    assert.deepEqual(conflictsOf([db, { ...web, name: "D" }]), [ofTwo]);
    assert.deepEqual(conflictsOf([host, { ...web, name: "web1" }]), [ofTwo]);
    const whole = declared("file", HOSTS, { content: LOCALHOST });
    assert.deepEqual(conflictsOf([db, whole]), [ofTwo]);
  });

  test("K10: a name gets a line for each address, and one that has them already gets none", async () => {
    const addresses = ["10.0.0.5", "2001:db8::5"];
    const made = await fileAfter({ addresses, aliases: ["db"] }, LOCALHOST, [
      "addresses",
      "aliases",
    ]);
    const lines = "10.0.0.5\tdb.example.org db\n2001:db8::5\tdb.example.org db\n";
    assert.equal(made, LOCALHOST + lines);
    const there = "10.0.0.5 web db.example.org # both\n2001:DB8::0:5 db.example.org\n";
    assert.equal(await fileAfter({ addresses }, there, []), there);
  });

  test("K10: of a line with other names only the name goes, of its own line with declared aliases what is none of them", async () => {
    const shared = `${LOCALHOST}10.0.0.9 web db.example.org db # ours\n`;
    assert.equal(
      await fileAfter({ state: "absent" }, shared, ["addresses"]),
      `${LOCALHOST}10.0.0.9 web db # ours\n`,
    );
    const own = "10.0.0.5 db old db.example.org # mine\n";
    assert.equal(
      await fileAfter({ addresses: "10.0.0.5", aliases: ["db"] }, own, ["aliases"]),
      "10.0.0.5 db.example.org db # mine\n",
    );
  });

  test("G4: many names are one write of the file, and each has its addresses after it", async () => {
    const { host, finish } = simulatedRig(machine(LOCALHOST));
    let writes = 0;
    const write: FileWriter["write"] = async (request, signal) => {
      writes += 1;
      await host.files.write(request, signal);
    };
    const counting = { host: { ...host, files: { ...host.files, write } }, tree: () => [] };
    const members = ["a", "b", "c"].map((name, at) => {
      const spec = hostsEntryKind.bind(name, { addresses: `10.0.0.${at}` }, () => assert.fail());
      const { observed }: { readonly observed?: HostsEntryObserved } = {};
      const changes = hostsEntryKind.diff(spec, observed);
      const action = actionOn(hostsEntryKind, { spec, observed, changes });
      return { action, context: writeContext(counting) };
    });
    await finish(hostsEntryKind.batch?.applyMany(members) ?? Promise.resolve([]));
    const lines = "10.0.0.0\ta\n10.0.0.1\tb\n10.0.0.2\tc\n";
    assert.deepEqual([host.kernel.inspect.text(HOSTS), writes], [LOCALHOST + lines, 1]);
  });

  test("an alias that has other addresses too is not put into words: one resource cannot say it", async () => {
    const described = async (others: string): Promise<HostsEntryInput | undefined> => {
      const rig = simulatedRig(machine(`${others}10.0.0.5 db.example.org db\n`));
      const input = { addresses: "10.0.0.6", aliases: [] };
      const spec = hostsEntryKind.bind("db.example.org", input, () => assert.fail());
      const context = writeContext({ host: rig.host, tree: () => [] });
      const found = await rig.finish(Promise.resolve(hostsEntryKind.observe(spec, context)));
      assert.ok(found.type === "present");
      return hostsEntryKind.describe?.(spec, found.value);
    };
    assert.deepEqual(await described(""), { addresses: ["10.0.0.5"], aliases: ["db"] });
    assert.equal(await described("10.0.0.9 db\n"), undefined);
  });

  test("K10: aliases that nobody declared stay as they are", async () => {
    const before = "10.0.0.9 db.example.org old\n";
    const host = await checkSimulated({ ...entry({ addresses: "10.0.0.5" }) }, machine(before), [
      "addresses",
    ]);
    const text = "10.0.0.9 old\n10.0.0.5\tdb.example.org\n";
    assert.equal(host.kernel.inspect.text(HOSTS), text);
  });
});
