import type { Accounts } from "@holdfast/core";

/** Ids of names, each looked up at most once for as long as this lives. */
export interface AccountIds {
  /** @throws {Fault} HostFailed, when the account database cannot be read. */
  userId(name: string): Promise<number | undefined>;
  /** Likewise for groups. */
  groupId(name: string): Promise<number | undefined>;
}

/** Lookups that remember their answers; make one for each pass, so that it never outlives a change of accounts. */
export function rememberAccounts(accounts: Accounts, signal: AbortSignal): AccountIds {
  const users = new Map<string, Promise<number | undefined>>();
  const groups = new Map<string, Promise<number | undefined>>();
  return {
    userId: (name) => once(users, name, () => accounts.userId(name, signal)),
    groupId: (name) => once(groups, name, () => accounts.groupId(name, signal)),
  };
}

function once<T>(answers: Map<string, Promise<T>>, name: string, ask: () => Promise<T>) {
  const known = answers.get(name);
  if (known !== undefined) return known;
  const answer = ask();
  answers.set(name, answer);
  return answer;
}
