import type { BindReport, FirewallType } from "@holdfast/core";

/** What a rule is bound with. */
export interface RulePlace {
  /** The rule in the input, dotted. */
  readonly path: string;
  readonly report: BindReport;
  /** The types of the table's sets, by name. */
  readonly sets: ReadonlyMap<string, FirewallType>;
  /** Likewise of its maps. */
  readonly maps: ReadonlyMap<string, FirewallType>;
  /** Of the chain that it is in. */
  readonly chainType: "filter" | "nat" | "route" | undefined;
}
