import { type Accounts, type Fault, throwIfAborted } from "@holdfast/core";

/** Accounts out of two tables that a test may change. */
export interface SimulatedAccounts extends Accounts {
  /** Ids by name; `root` is there from the start. */
  readonly users: Map<string, number>;
  readonly groups: Map<string, number>;
  /** While set, every lookup fails with it, as when the account database is out of order. */
  outage: Fault | undefined;
}

/** Accounts with these names besides root's. */
export function simulatedAccounts(
  users: Readonly<Record<string, number>>,
  groups: Readonly<Record<string, number>>,
): SimulatedAccounts {
  const accounts: SimulatedAccounts = {
    users: new Map([["root", 0], ...Object.entries(users)]),
    groups: new Map([["root", 0], ...Object.entries(groups)]),
    outage: undefined,
    userId: async (name, signal) => find(accounts, accounts.users, name, signal),
    groupId: async (name, signal) => find(accounts, accounts.groups, name, signal),
  };
  return accounts;
}

function find(
  { outage }: SimulatedAccounts,
  table: ReadonlyMap<string, number>,
  name: string,
  signal: AbortSignal,
): number | undefined {
  throwIfAborted(signal);
  if (outage !== undefined) throw outage;
  const named = table.get(name);
  if (named !== undefined) return named;
  return /^\d+$/.test(name) ? Number(name) : undefined;
}
