import {
  type FirewallChain,
  type FirewallRule,
  type FirewallTable,
  tableText,
} from "@holdfast/core";
import { type FirewallActor, THEIR_CHAIN } from "./firewall-operation.ts";
import type { FirewallModel } from "../../simulated-host/firewall/simulated-firewall.ts";

/** As `THEIR_RULE` says. */
const RULE: FirewallRule = {
  protocols: ["tcp"],
  ports: { values: ["4711"] },
  verdict: { type: "accept" },
};

/** An administrator of a simulated machine's firewall, for whom no time passes. */
export function simulatedFirewallActor(model: FirewallModel): FirewallActor {
  const change = (name: string, make: (chain: FirewallChain) => FirewallChain): void => {
    const table = model.tables.get(name);
    if (table !== undefined) model.set(name, { ...table, chains: table.chains.map(make) });
  };
  return {
    remove: (name) => {
      if (model.tables.has(name)) model.set(name, undefined);
    },
    flush: (name) => change(name, (chain) => ({ ...chain, rules: [] })),
    addChain(name) {
      const empty: FirewallTable = { name, sets: [], maps: [], chains: [] };
      const table = model.tables.get(name) ?? empty;
      const others = table.chains.filter((chain) => chain.name !== THEIR_CHAIN);
      const standing = table.chains.find((chain) => chain.name === THEIR_CHAIN)?.rules ?? [];
      const chain = { name: THEIR_CHAIN, rules: [...standing, RULE] };
      model.set(name, { ...table, chains: [...others, chain] });
    },
    addRule: (verb, name, chain) =>
      change(name, (one) => {
        if (one.name !== chain) return one;
        const rules = verb === "append" ? [...one.rules, RULE] : [RULE, ...one.rules];
        return { ...one, rules };
      }),
  };
}

/** The tables as lines of a machine's tree; like units they are gone after a loss of power. */
export function simulatedFirewallLines({ tables }: FirewallModel): readonly string[] {
  return [...tables.values()].map(
    (table) => `unit:${table.name}.nft unit 0000 0:0 ${JSON.stringify(tableText(table))}`,
  );
}
