import type { Assessment, JudgedAction } from "@holdfast/core";
import { isOfTable } from "./diff.ts";
import type { FirewallObserved } from "./observe.ts";
import type { FirewallSpec } from "./spec.ts";

/** The rows of firewalls. Rules are no data: whatever somebody added to our table, the plan shows it. */
export const FIREWALL_RISKS = {
  rules: {
    risk: "disruptive",
    impact: "reload",
    why: "lets other packets through, or stops others",
    isWhole: true,
  },
  removal: {
    risk: "disruptive",
    impact: "reload",
    why: "takes a table away: what it stopped gets through",
    isWhole: true,
  },
  boot: {
    risk: "benign",
    impact: "none",
    why: "changes only what is loaded at boot",
    isWhole: true,
  },
} as const satisfies Readonly<Record<string, Assessment>>;

/** What is done to the kernel's table counts more than what is loaded at boot. */
export function riskOfFirewall({
  spec,
  changes,
}: JudgedAction<FirewallSpec, FirewallObserved>): Assessment {
  if (!changes.some(isOfTable)) return FIREWALL_RISKS.boot;
  return spec.isAbsent ? FIREWALL_RISKS.removal : FIREWALL_RISKS.rules;
}

/**
 * Whether a change may cut off who manages the machine: by chains that its own packets go through, unless nobody manages it by
 * the network. `checkManagement` sees this table alone, and believes what `management` says.
 */
export function mayCutControl({ table, isManaged }: FirewallSpec): boolean {
  return isManaged && table.chains.some(({ base }) => base && base.hook !== "forward");
}
