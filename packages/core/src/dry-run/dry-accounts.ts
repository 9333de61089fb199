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
  const place = { accounts, run };
  return { ...dryLookups(place, known), ...dryUsers(place), ...dryGroups(place) };
}

interface Place {
  readonly accounts: AccountReader;
  readonly run: DryRun;
}

function dryLookups({ accounts, run }: Place, known: KnownOfHost["accounts"]): AccountReader {
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
  };
}

type GroupWrites = "createGroup" | "changeGroup" | "removeGroup";

function dryUsers(place: Place): Omit<AccountWriter, keyof AccountReader | GroupWrites> {
  const { run } = place;
  const stop = async (): Promise<never> => run.stop();
  return {
    createUser: async ({ name, uid, primaryGroup, groups = [] }, signal) => {
      await refuseMissing([primaryGroup, ...groups], place, signal);
      await refuseTaken({ sort: "user", name, id: uid }, place, signal);
      return run.stop();
    },
    changeUser: async (name, { uid, primaryGroup }, signal) => {
      await refuseMissing([primaryGroup], place, signal);
      await refuseTaken({ sort: "user", name, id: uid }, place, signal);
      return run.stop();
    },
    setMembership: async (_name, { add = [] }, signal) => {
      await refuseMissing(add, place, signal);
      return run.stop();
    },
    makeHome: stop,
    removeUser: stop,
    setPassword: stop,
    setLocked: stop,
    setAging: stop,
    setSubordinateIds: stop,
  };
}

function dryGroups(place: Place): Pick<AccountWriter, GroupWrites> {
  const { run } = place;
  return {
    createGroup: async ({ name, gid }, signal) => {
      await refuseTaken({ sort: "group", name, id: gid }, place, signal);
      return run.stop();
    },
    changeGroup: async (name, { gid }, signal) => {
      await refuseTaken({ sort: "group", name, id: gid }, place, signal);
      return run.stop();
    },
    removeGroup: async (name, signal) => {
      await refuseInUse(name, place, signal);
      return run.stop();
    },
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
  { accounts, run }: Place,
  signal: AbortSignal,
): Promise<void> {
  const { byName } = await accounts.readGroups(signal);
  for (const name of names) {
    if (name === undefined || NUMBER.test(name) || byName.has(name)) continue;
    if (!run.expected.comes(`group:${name}`)) run.refuse(noGroup(name), `group:${name}`);
  }
}

interface Wanted {
  readonly sort: "user" | "group";
  readonly name: string;
  readonly id: number | undefined;
}

/** Refuses a number that another account of the same sort has, and keeps. */
async function refuseTaken(
  { sort, name, id }: Wanted,
  { accounts, run }: Place,
  signal: AbortSignal,
): Promise<void> {
  if (id === undefined) return;
  const numbers =
    sort === "user"
      ? [...(await accounts.readUsers(signal)).byName.values()].map((user) => [user.name, user.uid])
      : [...(await accounts.readGroups(signal)).byName.values()].map((one) => [one.name, one.gid]);
  const [other] = numbers.find(([owner, number]) => number === id && owner !== name) ?? [];
  if (other === undefined) return;
  const thing = `${sort}:${other}` as const;
  if (run.expected.goes(thing) || run.expected.comes(thing)) return;
  run.refuse(idTaken({ sort, name, id }, String(other)), thing);
}

/** Refuses to remove the primary group of a user who stays. */
async function refuseInUse(
  name: string,
  { accounts, run }: Place,
  signal: AbortSignal,
): Promise<void> {
  const { byName } = await accounts.readUsers(signal);
  for (const user of byName.values()) {
    const thing = `user:${user.name}` as const;
    if (user.primaryGroup !== name || run.expected.goes(thing)) continue;
    if (!run.expected.comes(thing)) run.refuse(groupInUse(name, user.name), thing);
  }
}

function idTaken({ sort, name, id }: Wanted, other: string): Fault {
  return new Fault({
    reason: "IdTaken",
    message: `${sort} ${name} cannot have the number ${id}: ${sort} ${other} has it`,
    resolution: "Choose another number, or leave it out.",
  });
}

function groupInUse(name: string, user: string): Fault {
  return new Fault({
    reason: "GroupInUse",
    message: `group ${name} is the primary group of user ${user}`,
    resolution: "Give the user another primary group, or remove the user first.",
  });
}

function noGroup(name: string): Fault {
  return new Fault({
    reason: "UnknownUser",
    message: `the machine's own files have no group ${name}`,
    resolution: "Declare the group, so that it is made first, or correct the name.",
  });
}
