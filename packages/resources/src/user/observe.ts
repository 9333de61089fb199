import {
  ABSENT,
  type AccountSnapshot,
  type FileEntry,
  type FileReader,
  type FileType,
  isUngivenHome,
  type LocalUser,
  type Observation,
  PasswordHash,
  present,
  type ReadContext,
  type UserAging,
  type UserShadow,
} from "@holdfast/core";
import { type AccountIds, findAccounts } from "../attributes/account-ids.ts";
import type { UserSpec } from "./spec.ts";

/** A user as its files have it, and what its spec means here, so that the comparison needs nothing else. */
export interface UserObserved extends Omit<LocalUser, "shadow"> {
  /** `undefined`: its making was cut off, and there is no line for it. */
  readonly shadow?: UserShadowObserved;
  /** The number of the declared primary group; `undefined` where none is declared or nobody has the name. */
  readonly declaredGid: number | undefined;
  /** What is at the home directory; `undefined`: nothing, or it is not declared that something is. */
  readonly homeType: HomeType | undefined;
}

/** What is at a home directory; `unfinished`: its making was cut off. */
export type HomeType = FileType | "unfinished";

/** What is known of a password, without it. */
export interface UserShadowObserved {
  readonly isLocked: boolean;
  readonly form: "hash" | "disabled" | "none";
  /** Whether the hash is the declared one; `true` where none is declared. */
  readonly isDeclared: boolean;
  readonly aging: UserAging;
}

/** All users of the machine's files, and what else the specs are about. */
export interface UserSnapshot {
  /** Those that it was made for. */
  readonly specs: ReadonlySet<UserSpec>;
  readonly users: AccountSnapshot<LocalUser>;
  readonly ids: AccountIds;
  /** What is at home directories that are to be there. */
  readonly homes: ReadonlyMap<UserSpec, Observation<HomeType>>;
}

/** Reads the files once for all. */
export async function snapshotUsers(
  specs: readonly UserSpec[],
  { host, signal }: ReadContext,
): Promise<UserSnapshot> {
  const users = await host.accounts.readUsers(signal);
  const declared = specs.flatMap(({ primaryGroup, isAbsent }) =>
    primaryGroup === undefined || isAbsent ? [] : [{ group: primaryGroup }],
  );
  const ids = await findAccounts(declared, host.accounts, signal);
  const homes = await findHomes(specs, users, host.files, signal);
  return { specs: new Set(specs), users, ids, homes };
}

async function findHomes(
  specs: readonly UserSpec[],
  users: AccountSnapshot<LocalUser>,
  files: FileReader,
  signal: AbortSignal,
): Promise<UserSnapshot["homes"]> {
  const sought = specs.flatMap((spec) => {
    const path = homeToFind(spec, users);
    return path === undefined ? [] : [{ spec, path }];
  });
  const readings = await files.readMany(
    sought.map(({ path }) => ({ path, content: "none" })),
    signal,
  );
  const homes = new Map<UserSpec, Observation<HomeType>>();
  for (const [position, { spec, path }] of sought.entries()) {
    const found = readings[position] ?? ABSENT;
    const uid = users.byName.get(spec.name)?.uid ?? 0;
    homes.set(
      spec,
      found.type === "present"
        ? await typeOfHome(found.value.entry, { path, uid }, files, signal)
        : found,
    );
  }
  return homes;
}

async function typeOfHome(
  entry: FileEntry,
  { path, uid }: { readonly path: string; readonly uid: number },
  files: FileReader,
  signal: AbortSignal,
): Promise<Observation<HomeType>> {
  if (!isUngivenHome(entry, uid)) return present(entry.type);
  const listed = await files.list(path, signal);
  if (listed.type !== "present") return listed;
  return present(listed.value.length === 0 ? "unfinished" : entry.type);
}

/** The home directory that is to be there: the declared one, or the one that the entry names. */
function homeToFind(
  { name, home, createHome, isAbsent }: UserSpec,
  users: AccountSnapshot<LocalUser>,
): string | undefined {
  return createHome && !isAbsent ? (home ?? users.byName.get(name)?.home) : undefined;
}

/** Observes one user, in the snapshot where there is one. */
export async function observeUser(
  spec: UserSpec,
  context: ReadContext<UserSnapshot>,
): Promise<Observation<UserObserved>> {
  const { users, ids, homes } = context.snapshot?.specs.has(spec)
    ? context.snapshot
    : await snapshotUsers([spec], { ...context, snapshot: undefined });
  const user = users.byName.get(spec.name);
  if (user === undefined) return ABSENT;
  const home = homes.get(spec) ?? ABSENT;
  if (home.type === "unknown") return home;
  const { shadow, ...entry } = user;
  if (shadow.type === "unknown") return shadow;
  const { primaryGroup, isAbsent } = spec;
  return present({
    ...entry,
    ...(shadow.type === "present" ? { shadow: compareShadow(spec, shadow.value) } : {}),
    declaredGid: primaryGroup === undefined || isAbsent ? undefined : ids.groupId(primaryGroup),
    homeType: home.type === "present" ? home.value : undefined,
  });
}

function compareShadow({ password }: UserSpec, shadow: UserShadow): UserShadowObserved {
  const { isLocked, form, hash } = shadow.password;
  const isDeclared = password === undefined || new PasswordHash(password).equals(hash);
  return { isLocked, form, isDeclared, aging: shadow.aging };
}
