import {
  type AccountWriter,
  type AgingChanges,
  type KindAction,
  type NewUser,
  PasswordHash,
  type UserChanges,
  type WriteContext,
} from "@holdfast/core";
import { hasChange } from "../attributes/attributes.ts";
import { AGING_FIELDS, agingFields, membershipOf } from "./diff.ts";
import type { UserObserved } from "./observe.ts";
import type { UserSpec } from "./spec.ts";

type UserAction = KindAction<UserSpec, UserObserved>;

/**
 * Makes, changes or removes one user.
 * @throws {Fault} UnknownUser, for a group that is not there; IdTaken; NameTaken; UserBusy, when its processes keep its
 *   number; AlreadyExists, at the new home; PathUnsafe; InputInvalid; AccountsLocked; NotPrivileged.
 */
export async function applyUser(action: UserAction, context: WriteContext): Promise<void> {
  const { spec, observed, changes } = action;
  if (changes.length === 0) return;
  const { accounts } = context.host;
  if (spec.isAbsent) {
    await accounts.removeUser(spec.name, { removeHome: spec.removeHome }, context.signal);
  } else if (observed === undefined) {
    await accounts.createUser(newUser(spec), context.signal);
    const { name, password, isLocked } = spec;
    // Without a password this is refused, in words.
    if (isLocked === false && password === undefined) {
      await accounts.setLocked(name, false, context.signal);
    }
  } else await changeUser(action, observed, context);
}

function newUser(spec: UserSpec): NewUser {
  const { name, groups, password, isLocked, aging, subordinateUids, subordinateGids } = spec;
  const hasRanges = subordinateUids !== undefined || subordinateGids !== undefined;
  return {
    name,
    ...entryOf(spec),
    ...(groups === undefined ? {} : { groups }),
    isSystem: spec.isSystem,
    createHome: spec.createHome,
    ...(password === undefined
      ? {}
      : { password: { hash: new PasswordHash(password), isLocked: isLocked === true } }),
    aging,
    ...(hasRanges ? { subordinateIds: rangesOf(spec) } : {}),
  };
}

function entryOf({ uid, primaryGroup, comment, home, shell }: UserSpec): UserChanges {
  return {
    ...(uid === undefined ? {} : { uid }),
    ...(primaryGroup === undefined ? {} : { primaryGroup }),
    ...(comment === undefined ? {} : { comment }),
    ...(home === undefined ? {} : { home }),
    ...(shell === undefined ? {} : { shell }),
  };
}

function rangesOf({ subordinateUids, subordinateGids }: UserSpec) {
  return {
    ...(subordinateUids === undefined ? {} : { uids: subordinateUids }),
    ...(subordinateGids === undefined ? {} : { gids: subordinateGids }),
  };
}

/** Nobody logs in before the rest is as declared, so that the password comes last. */
async function changeUser(
  action: UserAction,
  observed: UserObserved,
  { host, signal }: WriteContext,
): Promise<void> {
  const { spec, changes } = action;
  const { accounts } = host;
  const { name, home, moveHome } = spec;
  const has = (path: string): boolean => hasChange(changes, path);
  if (observed.shadow === undefined) await accounts.createUser({ name }, signal);
  if (["uid", "group", "comment", "home", "shell"].some(has)) {
    const isMoved = moveHome && home !== undefined && home !== observed.home;
    const moving = isMoved ? { moveHomeFrom: observed.home } : {};
    await accounts.changeUser(name, { ...entryOf(spec), ...moving }, signal);
  }
  if (has("groups")) await accounts.setMembership(name, membershipOf(spec, observed), signal);
  if (has("subuids") || has("subgids")) {
    await accounts.setSubordinateIds(name, rangesOf(spec), signal);
  }
  if (has("createHome")) await accounts.makeHome(name, signal);
  await accounts.setAging(name, agingToSet(action), signal);
  await changePassword(action, observed, accounts, signal);
}

function agingToSet({ spec, changes }: UserAction): AgingChanges {
  const changed = agingFields.filter((field) => hasChange(changes, AGING_FIELDS[field]));
  return Object.fromEntries(changed.map((field) => [field, spec.aging[field]]));
}

async function changePassword(
  { spec, changes }: UserAction,
  { shadow }: UserObserved,
  accounts: AccountWriter,
  signal: AbortSignal,
): Promise<void> {
  const { name, password, isLocked } = spec;
  if (password !== undefined && hasChange(changes, "password")) {
    // A lock before no password is how accounts are made, and nobody's decision.
    const lock = isLocked ?? (shadow?.form === "hash" ? undefined : false);
    const hash = new PasswordHash(password);
    const change = lock === undefined ? { hash } : { hash, isLocked: lock };
    await accounts.setPassword(name, change, signal);
  } else if (isLocked !== undefined && hasChange(changes, "locked")) {
    await accounts.setLocked(name, isLocked, signal);
  }
}
