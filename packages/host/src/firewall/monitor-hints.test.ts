import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { FirewallHint } from "@holdfast/core";
import fc from "fast-check";
import { monitorHints } from "./monitor-hints.ts";

const OURS = "add rule inet holdfast_web input tcp dport 22 accept\n";
const THEIRS = "add element ip fail2ban banned { 192.0.2.7 }\n";
const generation = (number: number): string =>
  `# new generation ${number} by process 4711 (nft -f, or so)\n`;

suite("hints of nft monitor", () => {
  test("K7: a transaction is one hint with its tables, however its text is cut; one of others is none", () => {
    const text = `${OURS}${THEIRS}${generation(7)}${THEIRS}${generation(8)}`;
    fc.assert(
      fc.property(fc.array(fc.nat(text.length)), (cuts) => {
        const places = [0, ...cuts.toSorted((one, other) => one - other), text.length];
        const chunks = places.slice(1).map((end, at) => text.slice(places[at], end));
        assert.deepEqual(tablesOf(hintsOf(chunks)), [["holdfast_web"]]);
      }),
    );
  });

  test("K7: a generation that is left out is an overflow, and one that cannot be shown concerns all tables", () => {
    const gap = [generation(7), OURS, generation(9), OURS, generation(10)];
    assert.deepEqual(
      hintsOf(gap).map(({ type }) => type),
      ["overflow", "firewall"],
    );
    const hints: FirewallHint[] = [];
    const { lines, complaints } = monitorHints((hint) => hints.push(hint));
    complaints(Buffer.from("Unable to cache set_elem. Handle: 3.\n"));
    lines(Buffer.from(generation(1)));
    lines(Buffer.from(`${OURS}${generation(2)}`));
    assert.deepEqual(tablesOf(hints), [undefined, ["holdfast_web"]]);
  });

  test("K7: a line of any length takes no more memory than its beginning", () => {
    const elements = "1.2.3.4, ".repeat(100_000);
    const chunks = ["add element inet holdfast_web s { ", elements, "}\n", generation(3)];
    assert.deepEqual(tablesOf(hintsOf(chunks)), [["holdfast_web"]]);
  });
});

function hintsOf(chunks: readonly string[]): readonly FirewallHint[] {
  const hints: FirewallHint[] = [];
  const { lines } = monitorHints((hint) => hints.push(hint));
  for (const chunk of chunks) lines(Buffer.from(chunk));
  return hints;
}

function tablesOf(hints: readonly FirewallHint[]): readonly (readonly string[] | undefined)[] {
  return hints.map((hint) => {
    assert.equal(hint.type, "firewall");
    return "tables" in hint && hint.tables ? [...hint.tables] : undefined;
  });
}
