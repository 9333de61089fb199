import { type Accounts, Fault, type Thing } from "@holdfast/core";

/** Where names of accounts are looked up. */
interface AccountPlace {
  readonly host: { readonly accounts: Accounts };
  readonly signal: AbortSignal;
}

/**
 * Refuses what names an account that is not there: what reads it would ignore it, or more than it.
 * @throws {Fault} UnknownUser; HostFailed, when that is unknown.
 */
export async function requireAccounts(
  things: readonly Thing[],
  { host: { accounts }, signal }: AccountPlace,
): Promise<void> {
  for (const thing of things) {
    const [sort = "", name = ""] = thing.split(":");
    // Everywhere, also where nothing says so.
    if (name === "root") continue;
    const isUser = sort === "user";
    const id = isUser ? await accounts.userId(name, signal) : await accounts.groupId(name, signal);
    if (id === undefined) throw unknownAccount(`${sort} ${name}`);
  }
}

/** A user or a group that nobody has made: `user app`. */
export function unknownAccount(what: string): Fault {
  return new Fault({
    reason: "UnknownUser",
    message: `${what} does not exist on this host`,
    resolution: "Create it first, or correct the name.",
  });
}
