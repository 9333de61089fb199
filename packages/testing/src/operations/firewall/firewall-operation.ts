import { unreachable } from "@holdfast/core";

/**
 * What somebody does to one table of the firewall with nft(8). What nft refuses is no operation: nothing happens. On a
 * machine where nothing filters, such as a directory, nothing happens either.
 */
export type FirewallOperation =
  /** Takes the table away. */
  | FirewallOperationOn<"remove">
  /** Takes every rule of it away. */
  | FirewallOperationOn<"flush">
  /** Adds a chain with one rule, and the table where it is missing. */
  | FirewallOperationOn<"add-chain">
  /** Adds a rule at the end of a chain, or before all others. */
  | (FirewallOperationOn<"append" | "insert"> & { readonly chain: string });

/** What every such operation has. */
export interface FirewallOperationOn<Verb extends string> {
  readonly type: "firewall";
  readonly verb: Verb;
  readonly table: string;
}

/** Does these on one machine, at once. */
export interface FirewallActor {
  remove(table: string): void;
  flush(table: string): void;
  addChain(table: string): void;
  addRule(verb: "append" | "insert", table: string, chain: string): void;
}

/** The chain that is added, and its rule; what is added to other chains is that rule too. */
export const THEIR_CHAIN = "theirs";
export const THEIR_RULE = "tcp dport 4711 accept";

/** Does such an operation, where the machine has a firewall. */
export function carryOutFirewall(
  operation: FirewallOperation,
  actor: FirewallActor | undefined,
): void {
  if (actor === undefined) return;
  const { table } = operation;
  switch (operation.verb) {
    case "remove":
      return actor.remove(table);
    case "flush":
      return actor.flush(table);
    case "add-chain":
      return actor.addChain(table);
    case "append":
    case "insert":
      return actor.addRule(operation.verb, table, operation.chain);
    default:
      return unreachable(operation);
  }
}
