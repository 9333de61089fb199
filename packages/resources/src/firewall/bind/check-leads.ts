import { type BindReport, chainOf, type FirewallTable } from "@holdfast/core";

/** The chains that each chain leads to, each once. */
type Leads = ReadonlyMap<string, readonly string[]>;

/** Reports chains that lead to none, to a base chain or in a circle, and those that nothing leads to. O(rules). */
export function checkLeads(table: FirewallTable, report: BindReport): void {
  const { chains } = table;
  const byName = new Map(chains.map((chain) => [chain.name, chain]));
  const leads = leadsIn(table);
  for (const [name, targets] of leads) {
    for (const next of targets) {
      const target = byName.get(next);
      const path = `chains.${name}`;
      if (target === undefined)
        report(path, "no such chain", `it leads to ${next}, and chains has none`);
      else if (target.base) {
        report(path, "a jump to where packets come by themselves", `${next} has a hook`);
      }
    }
  }
  const reached = new Set(chains.filter(({ base }) => base).map(({ name }) => name));
  for (const name of reached) for (const next of leads.get(name) ?? []) reached.add(next);
  for (const { name, base } of chains) {
    if (base === undefined && !reached.has(name)) {
      const detail = "write hook: input, forward or output, or jump to it";
      report(`chains.${name}`, "nothing comes to this chain", detail);
    }
  }
  const circle = chainInCircle(leads);
  if (circle !== undefined) {
    report(`chains.${circle}`, "chains that lead in a circle", "nothing may come back by jumps");
  }
}

function leadsIn({ chains, maps }: FirewallTable): Leads {
  const ofMaps = new Map(
    maps.map(({ name, elements }) => {
      const targets = new Set(elements.flatMap((one) => chainOf(one.verdict) ?? []));
      return [name, [...targets]] as const;
    }),
  );
  return new Map(
    chains.map(({ name, rules }) => {
      const targets = rules.flatMap(({ verdict }) =>
        verdict.type === "lookup" ? (ofMaps.get(verdict.map) ?? []) : (chainOf(verdict) ?? []),
      );
      return [name, [...new Set(targets)]] as const;
    }),
  );
}

/** Takes away what leads to nothing any more, as long as there is any: whoever follows the rest comes back. */
function chainInCircle(leads: Leads): string | undefined {
  const left = new Map([...leads].map(([name, targets]) => [name, targets.length]));
  const leaders = leadersIn(leads);
  const ends = [...leaders.keys()].filter((name) => (left.get(name) ?? 0) === 0);
  for (const end of ends) {
    left.delete(end);
    for (const leader of leaders.get(end) ?? []) {
      const count = (left.get(leader) ?? 0) - 1;
      left.set(leader, count);
      if (count === 0) ends.push(leader);
    }
  }
  const passed = new Set<string>();
  let [name] = left.keys();
  while (name !== undefined && !passed.has(name)) {
    passed.add(name);
    name = leads.get(name)?.find((next) => left.has(next));
  }
  return name;
}

/** Every chain that is there or led to, with those that lead to it. */
function leadersIn(leads: Leads): ReadonlyMap<string, readonly string[]> {
  const leaders = new Map<string, string[]>([...leads.keys()].map((name) => [name, []]));
  for (const [name, targets] of leads) {
    for (const next of targets) {
      const known = leaders.get(next) ?? [];
      known.push(name);
      leaders.set(next, known);
    }
  }
  return leaders;
}
