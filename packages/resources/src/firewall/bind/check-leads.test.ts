import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { FirewallChain, FirewallTable } from "@holdfast/core";
import fc from "fast-check";
import { checkLeads } from "./check-leads.ts";

const CIRCLE = /^chains\.(\d+): chains that lead in a circle/;
const COUNT = 7;

suite("chains that lead to others", () => {
  test("K7: a circle is reported exactly if there is one, by a chain that is in it", () => {
    const target = fc.nat(COUNT - 1);
    const graph = fc.array(fc.array(target, { maxLength: 2 }), {
      minLength: COUNT,
      maxLength: COUNT,
    });
    fc.assert(
      fc.property(graph, (leads) => {
        const circles = leads.flatMap((_targets, chain) =>
          isReached(leads, chain) ? [chain] : [],
        );
        const found = reportsOf(tableOf(leads)).flatMap((text) => CIRCLE.exec(text)?.[1] ?? []);
        assert.equal(found.length, circles.length > 0 ? 1 : 0);
        for (const chain of found) assert.ok(circles.includes(Number(chain)), chain);
      }),
    );
  });

  test("D19: however many chains lead to one another, the rules of each are read once", () => {
    const levels = 400;
    const line = Array.from({ length: levels }, (_, at) => (at + 1 < levels ? [at + 1] : []));
    for (const leads of [line, line.map((targets) => (targets.length > 0 ? targets : [0]))]) {
      const table = tableOf(leads);
      let reads = 0;
      const chains = table.chains.map(
        (chain): FirewallChain => ({
          ...chain,
          get rules() {
            reads += 1;
            return chain.rules;
          },
        }),
      );
      reportsOf({ ...table, chains });
      assert.equal(reads, chains.length);
    }
  });
});

function tableOf(leads: readonly (readonly number[])[]): FirewallTable {
  const chains = leads.map((targets, at) => ({
    name: String(at),
    rules: targets.map((next) => ({ verdict: { type: "jump", chain: String(next) } }) as const),
  }));
  return { name: "t", sets: [], maps: [], chains };
}

function reportsOf(table: FirewallTable): readonly string[] {
  const reports: string[] = [];
  checkLeads(table, (...words) => reports.push(words.join(": ")));
  return reports;
}

/** Whether a chain comes back to itself: by trying all ways. */
function isReached(leads: readonly (readonly number[])[], chain: number): boolean {
  const seen = new Set(leads[chain]);
  for (const next of seen) for (const after of leads[next] ?? []) seen.add(after);
  return seen.has(chain);
}
