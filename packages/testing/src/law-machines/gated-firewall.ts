import type { FirewallWriter } from "@holdfast/core";
import type { CallGate } from "./call-gate.ts";

/** A firewall, each call through the gate. Watches meet no trouble. */
export function gatedFirewall(firewall: FirewallWriter, gate: CallGate): FirewallWriter {
  const through = <T>(
    name: "read" | "check" | "replace" | "remove",
    run: () => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> => {
    const isMutation = name === "replace" || name === "remove";
    return gate.port({ name: `firewall.${name}`, isMutation }, run, signal);
  };
  return {
    read: (names, signal) => through("read", () => firewall.read(names, signal), signal),
    check: (table, signal) => through("check", () => firewall.check(table, signal), signal),
    watch: (hear, signal) => firewall.watch(hear, signal),
    replace: (table, signal) => through("replace", () => firewall.replace(table, signal), signal),
    remove: (name, signal) => through("remove", () => firewall.remove(name, signal), signal),
  };
}
