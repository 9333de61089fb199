import type { AgentOrder, Clock, Random } from "@holdfast/core";

/** What puts events on record. */
export type RunCommand = "apply" | "approve" | "serve" | AgentOrder["order"];

/** Names one run of a command, by its time and some chance: in the event log, and in what the ledger has of changes. */
export function runName(
  command: RunCommand,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): string {
  const began = new Date(clock.wallMs()).toISOString().replace(/[-:]|\.\d+/g, "");
  return `${command}-${began}-${random.hex(4)}`;
}
