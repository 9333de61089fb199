import { Fault } from "../fault/fault.ts";
import type { AccountReader, AccountWriter } from "../ports/accounts.ts";
import type { DryRun, KnownOfHost } from "./dry-run.ts";

/** Stands for the number of an account that is still to be made; nothing is written with it. */
const COMING_ID = 4_294_967_294;
const NUMBER = /^\d+$/;

/** Reads as ever, an account that is made first has a number already, and what names a missing group is refused. */
export function dryAccounts(
  accounts: AccountReader,
  run: DryRun,
  known: KnownOfHost["accounts"],
): AccountWriter {
  const stop = async (): Promise<never> => run.stop();
  const groups = { accounts, run };
  const idOf = async (
    thing: AccountThing,
    ask: () => Promise<number | undefined>,
  ): Promise<number | undefined> => {
    const asked = known.get(thing) ?? ask();
    known.set(thing, asked);
    return (await asked) ?? comingId(thing, run);
  };
  return {
    userId: (name, signal) => idOf(`user:${name}`, () => accounts.userId(name, signal)),
    groupId: (name, signal) => idOf(`group:${name}`, () => accounts.groupId(name, signal)),
    readUsers: (signal) => {
      run.seeNeeds();
      return accounts.readUsers(signal);
    },
    readGroups: (signal) => {
      run.seeNeeds();
      return accounts.readGroups(signal);
    },
    lookupName: (name, signal) => accounts.lookupName(name, signal),
    watch: (hear, signal) => accounts.watch(hear, signal),
    createUser: async ({ primaryGroup, groups: others = [] }, signal) => {
      await refuseMissing([primaryGroup, ...others], groups, signal);
      return run.stop();
    },
    changeUser: async (_name, { primaryGroup }, signal) => {
      await refuseMissing([primaryGroup], groups, signal);
      return run.stop();
    },
    setMembership: async (_name, { add = [] }, signal) => {
      await refuseMissing(add, groups, signal);
      return run.stop();
    },
    makeHome: stop,
    removeUser: stop,
    createGroup: stop,
    changeGroup: stop,
    removeGroup: stop,
    setPassword: stop,
    setLocked: stop,
    setAging: stop,
    setSubordinateIds: stop,
  };
}

type AccountThing = `user:${string}` | `group:${string}`;

function comingId(thing: AccountThing, run: DryRun): number | undefined {
  if (run.expected.comes(thing)) return COMING_ID;
  run.see(thing);
  return undefined;
}

/** Of a group that is named, not numbered, by a user. */
async function refuseMissing(
  names: readonly (string | undefined)[],
  { accounts, run }: { readonly accounts: AccountReader; readonly run: DryRun },
  signal: AbortSignal,
): Promise<void> {
  const { byName } = await accounts.readGroups(signal);
  for (const name of names) {
    if (name === undefined || NUMBER.test(name) || byName.has(name)) continue;
    if (!run.expected.comes(`group:${name}`)) run.refuse(noGroup(name), `group:${name}`);
  }
}

function noGroup(name: string): Fault {
  return new Fault({
    reason: "UnknownUser",
    message: `the machine's own files have no group ${name}`,
    resolution: "Declare the group, so that it is made first, or correct the name.",
  });
}
