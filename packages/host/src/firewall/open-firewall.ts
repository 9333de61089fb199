import type { FirewallWriter } from "@holdfast/core";
import { createFirewall } from "./create-firewall.ts";
import { type RealFirewallOptions, realFirewallSystem } from "./real-firewall-system.ts";

/** The firewall of this machine, or of a network namespace. Holds nothing open but its watches. */
export function openFirewall(options: RealFirewallOptions): FirewallWriter {
  return createFirewall(realFirewallSystem(options));
}
