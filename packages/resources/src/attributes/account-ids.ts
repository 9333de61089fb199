import { type Accounts, Fault, throwIfAborted, toFault } from "@holdfast/core";

/** Ids of the names that were looked up, as they were then. */
export interface AccountIds {
  /**
   * The uid of a name; `undefined` when nobody has it.
   * @throws {Fault} HostFailed, when the account database could not be read for it.
   */
  userId(name: string): number | undefined;
  /** Likewise for groups. */
  groupId(name: string): number | undefined;
}

/** Names of accounts that a spec declares. */
interface AccountNames {
  readonly owner?: string;
  readonly group?: string;
}

/**
 * Looks every declared name up once. A lookup that fails spoils only those who ask for that name.
 * @throws {Fault} Aborted, when the signal says so.
 */
export async function findAccounts(
  declared: Iterable<AccountNames>,
  accounts: Accounts,
  signal: AbortSignal,
): Promise<AccountIds> {
  const owners = new Set<string>();
  const groups = new Set<string>();
  for (const { owner, group } of declared) {
    if (owner !== undefined) owners.add(owner);
    if (group !== undefined) groups.add(group);
  }
  const uids = await lookup(owners, (name) => accounts.userId(name, signal), signal);
  const gids = await lookup(groups, (name) => accounts.groupId(name, signal), signal);
  return { userId: (name) => answerOf(uids, name), groupId: (name) => answerOf(gids, name) };
}

type Answers = ReadonlyMap<string, number | undefined | Fault>;

async function lookup(
  names: ReadonlySet<string>,
  ask: (name: string) => Promise<number | undefined>,
  signal: AbortSignal,
): Promise<Answers> {
  const answers = new Map<string, number | undefined | Fault>();
  for (const name of names) {
    try {
      answers.set(name, await ask(name));
    } catch (error) {
      throwIfAborted(signal);
      answers.set(name, toFault(error));
    }
  }
  return answers;
}

function answerOf(answers: Answers, name: string): number | undefined {
  const answer = answers.get(name);
  if (answer instanceof Fault) throw answer;
  return answer;
}
