import { commandFault, type CommandResult, Fault } from "@holdfast/core";

/** The fault of rules that the kernel does not take. */
export function refusedFault(table: string, result: CommandResult): Fault {
  const words = {
    reason: "FirewallRefused",
    message: `the table inet ${table} is not taken, and nothing was changed`,
    resolution: "Correct what nft complains about.",
  } as const;
  return commandFault({ argv: ["nft"], faults: { other: words } }, result);
}

/** The fault of tables that cannot be listed. */
export function unreadableFault(result: CommandResult): Fault {
  const words = {
    reason: "FirewallUnreadable",
    message: "the tables of the firewall cannot be read",
    resolution: "Correct what nft complains about; in a container it needs CAP_NET_ADMIN.",
  } as const;
  return commandFault({ argv: ["nft"], faults: { other: words } }, result);
}

/** The fault of a listing that makes no sense, or is too long. */
export function senselessFault(why: string, cause?: unknown): Fault {
  return new Fault({
    reason: "FirewallUnreadable",
    message: `the listing of nft cannot be read: ${why}`,
    resolution: "Update nftables to 1.0 or later, and report it with the version of nft.",
    cause,
  });
}

/** The fault of another root, where nothing filters. */
export function notLiveFault(): Fault {
  return new Fault({
    reason: "FirewallUnavailable",
    message: "no rules are loaded: nothing filters in another root",
    resolution: "Apply it in the machine itself.",
  });
}
