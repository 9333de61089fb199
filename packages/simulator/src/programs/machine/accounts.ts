/** The accounts that every simulated machine has; each user has a group of its own name and number. */
const ACCOUNTS: ReadonlyMap<string, number> = new Map([
  ["root", 0],
  ["app", 1000],
]);

/** The id of a user or group by its name; `undefined` when there is none. */
export function accountId(name: string): number | undefined {
  return ACCOUNTS.get(name);
}

/** The name of a user or group by its id; `undefined` when there is none. */
export function accountName(id: number): string | undefined {
  for (const [name, known] of ACCOUNTS) if (known === id) return name;
  return undefined;
}
