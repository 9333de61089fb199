import assert from "node:assert/strict";
import { test } from "node:test";
import { entriesOf, type HostsEntry, hostsFormat, parseTable, printTable } from "@holdfast/core";
import fc from "fast-check";
import type { HostsTable } from "../hosts-file/hosts-file.ts";
import { addressesOf, diffHostsEntry } from "./diff.ts";
import { editEntries, hasName } from "./edit.ts";
import { addressKey } from "./ip-address.ts";
import { type HostsEntrySpec, namesOf } from "./spec.ts";

const NAMES = ["db", "DB", "db.example.org", "web", "localhost"];
const ADDRESSES = ["10.0.0.5", "10.0.0.6", "2001:db8::5", "2001:DB8:0::5", "::1"];

const entryLine = fc
  .tuple(
    fc.constantFrom(...ADDRESSES),
    fc.array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 4 }),
    fc.constantFrom("", " # mine", "\t#x"),
  )
  .map(([address, names, comment]) => `${address}\t${names.join(" ")}${comment}`);
const line = fc.oneof(
  { weight: 4, arbitrary: entryLine },
  fc.constantFrom("", "# comment db", "broken", "10.0.0.9"),
);
const content = fc
  .tuple(fc.array(line, { maxLength: 8 }), fc.constantFrom("", "\n"))
  .map(([lines, end]) => lines.join("\n") + end);

const spec: fc.Arbitrary<HostsEntrySpec> = fc
  .record({
    name: fc.constantFrom("db", "db.example.org"),
    addresses: fc.uniqueArray(fc.constantFrom(...ADDRESSES), {
      selector: addressKey,
      minLength: 1,
      maxLength: 3,
    }),
    alias: fc.constantFrom(undefined, [], ["db.example.org"], ["db"], ["web"]),
    isAbsent: fc.boolean(),
  })
  .map(({ name, addresses, alias, isAbsent }) => ({
    name,
    addresses: isAbsent ? [] : addresses,
    ...(alias === undefined ? {} : { aliases: alias.filter((one) => one !== name) }),
    isAbsent,
  }));

function tableOf(text: string): HostsTable {
  return parseTable(text, hostsFormat);
}

/** What the kind observes of a table. */
function observedIn(table: HostsTable, wanted: HostsEntrySpec) {
  const lines = entriesOf(table).filter((entry) =>
    namesOf(wanted).some((name) => hasName(entry, name)),
  );
  return lines.length === 0 ? undefined : { lines };
}

test("hosts-entry: after the edit nothing differs, and the same edit again does nothing", () => {
  fc.assert(
    fc.property(content, spec, (text, wanted) => {
      const edited = editEntries(tableOf(text), wanted);
      const read = tableOf(printTable(edited));
      assert.deepEqual(diffHostsEntry(wanted, observedIn(read, wanted)), []);
      assert.equal(editEntries(read, wanted), read);
    }),
  );
});

test("hosts-entry: a file of which nothing differs stays, byte for byte, and a change has two sides that differ", () => {
  fc.assert(
    fc.property(content, spec, (text, wanted) => {
      const table = tableOf(text);
      const changes = diffHostsEntry(wanted, observedIn(table, wanted));
      for (const { from, to } of changes) assert.notDeepEqual(from, to);
      const { aliases: _, ...withoutAliases } = wanted;
      if (changes.every(({ path }) => path !== "addresses")) {
        assert.equal(printTable(editEntries(table, withoutAliases)), text);
      }
    }),
  );
});

test("hosts-entry: other names keep their addresses, all but those beside the name where the aliases are declared", () => {
  fc.assert(
    fc.property(content, spec, (text, wanted) => {
      const { aliases: _, ...withoutAliases } = wanted;
      const before = tableOf(text);
      const after = editEntries(before, withoutAliases);
      for (const name of ["db", "db.example.org", "web", "localhost"]) {
        if (name === wanted.name) continue;
        const keys = (lines: readonly HostsEntry[]): readonly (string | undefined)[] =>
          addressesOf(lines, name).map(addressKey);
        assert.deepEqual(keys(entriesOf(after)), keys(entriesOf(before)), name);
      }
    }),
  );
});

test("hosts-entry: lines that are not edited stay byte for byte, and a line that gets another address keeps its comment", () => {
  const wanted = { name: "db", addresses: ["10.0.0.7", "::1"], isAbsent: false };
  const text = "127.0.0.1 localhost\n10.0.0.5\tdb  # the old one\n# end\nbroken\n";
  assert.equal(
    printTable(editEntries(tableOf(text), wanted)),
    "127.0.0.1 localhost\n10.0.0.7\tdb  # the old one\n::1\tdb\n# end\nbroken\n",
  );
});

test("hosts-entry: an address has one form, and short forms, zeros in front and zones are none", () => {
  const same = ["2001:db8::5", "2001:DB8:0:0::5", "2001:0db8:0:0:0:0:0:5"];
  assert.equal(new Set(same.map(addressKey)).size, 1);
  assert.equal(addressKey("::ffff:10.0.0.1"), addressKey("::ffff:a00:1"));
  for (const text of [
    "10.0.1",
    "010.0.0.1",
    "256.0.0.1",
    "fe80::1%eth0",
    "::1::",
    "1",
    "",
    "db",
    "a:b",
    "[::1]",
    "::1/64",
  ]) {
    assert.equal(addressKey(text), undefined, text);
  }
});
