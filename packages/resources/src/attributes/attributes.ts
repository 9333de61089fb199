import {
  type Change,
  change,
  type FileAttributes,
  type FileEntry,
  type Thing,
} from "@holdfast/core";
import * as z from "zod/mini";
import { unknownAccount } from "./require-accounts.ts";
import type { AccountIds } from "./account-ids.ts";
import { formatMode, modeSchema, parseMode } from "./file-mode.ts";

/** What an author writes for an owner or a group: a name, or an id as a number or as digits. */
const accountSchema = z.union([
  z.string().check(z.regex(/^[^:\s/\0]{1,256}$/, "write a name or a numeric id")),
  z.int().check(z.nonnegative(), z.maximum(4_294_967_294)),
]);

/** Owner, group and mode as an author writes them; what is left out is not managed. */
export const attributeFields = {
  mode: z.optional(modeSchema),
  owner: z.optional(accountSchema.check(z.describe("User name or numeric id."))),
  group: z.optional(accountSchema.check(z.describe("Group name or numeric id."))),
};

/** The input of `attributeFields`. */
export interface AttributeInput {
  readonly mode?: string | undefined;
  readonly owner?: string | number | undefined;
  readonly group?: string | number | undefined;
}

/** Owner, group and mode as declared; what is `undefined` is not managed. */
export interface DeclaredAttributes {
  readonly mode?: number;
  /** A name, or an id as digits. */
  readonly owner?: string;
  /** A name, or an id as digits. */
  readonly group?: string;
}

/** The ids that the declared names have on this host; `undefined` where nothing is declared or nobody has the name. */
export interface DeclaredIds {
  readonly declaredUid: number | undefined;
  readonly declaredGid: number | undefined;
}

/** What is there, and what the declared names mean here, so that the comparison needs nothing else. */
export interface ObservedAttributes extends DeclaredIds {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** Normalizes what was written: a mode to bits, an id to digits. */
export function bindAttributes(input: AttributeInput): DeclaredAttributes {
  const { mode, owner, group } = input;
  return {
    ...(mode === undefined ? {} : { mode: parseMode(mode) }),
    ...(owner === undefined ? {} : { owner: String(owner) }),
    ...(group === undefined ? {} : { group: String(group) }),
  };
}

/**
 * What the declared names mean here.
 * @throws {Fault} HostFailed, when the account database could not be read.
 */
export function resolveIds(declared: DeclaredAttributes, ids: AccountIds): DeclaredIds {
  const { owner, group } = declared;
  return {
    declaredUid: owner === undefined ? undefined : ids.userId(owner),
    declaredGid: group === undefined ? undefined : ids.groupId(group),
  };
}

/** Of attributes declared for all below a directory those of directories: one that may be read may also be entered. */
export function forDirectories(declared: DeclaredAttributes): DeclaredAttributes {
  const { mode } = declared;
  return mode === undefined ? declared : { ...declared, mode: mode | ((mode & 0o444) >> 2) };
}

/** Likewise those of symbolic links, which have no mode. */
export function forLinks({ owner, group }: DeclaredAttributes): DeclaredAttributes {
  return {
    ...(owner === undefined ? {} : { owner }),
    ...(group === undefined ? {} : { group }),
  };
}

/**
 * Joins an entry with what the declared names mean here.
 * @throws {Fault} HostFailed, when the account database could not be read.
 */
export function observedAttributes(
  entry: FileEntry,
  declared: DeclaredAttributes,
  ids: AccountIds,
): ObservedAttributes {
  const { mode, uid, gid } = entry;
  const { declaredUid, declaredGid } = resolveIds(declared, ids);
  return { mode, uid, gid, declaredUid, declaredGid };
}

/** Compares declared attributes with what is there; `undefined` observed means that nothing is. */
export function diffAttributes(
  declared: DeclaredAttributes,
  observed: ObservedAttributes | undefined,
): readonly Change[] {
  const { mode, owner, group } = declared;
  const changes: Change[] = [];
  if (mode !== undefined && mode !== observed?.mode) {
    const from = observed === undefined ? undefined : formatMode(observed.mode);
    changes.push(change("mode", from, formatMode(mode)));
  }
  if (owner !== undefined && (observed === undefined || observed.uid !== observed.declaredUid)) {
    changes.push(change("owner", idText(observed?.uid), owner));
  }
  if (group !== undefined && (observed === undefined || observed.gid !== observed.declaredGid)) {
    changes.push(change("group", idText(observed?.gid), group));
  }
  return changes;
}

/**
 * The attributes that changes name, as numbers to write.
 * @throws {Fault} UnknownUser, when a declared name does not exist here; HostFailed, when that is unknown.
 */
export function attributesToWrite(
  declared: DeclaredAttributes,
  changes: readonly Change[],
  ids: AccountIds,
): FileAttributes {
  const { mode, owner, group } = declared;
  return {
    ...(mode !== undefined && hasChange(changes, "mode") ? { mode } : {}),
    ...(owner !== undefined && hasChange(changes, "owner")
      ? { uid: known(ids.userId(owner), `user ${owner}`) }
      : {}),
    ...(group !== undefined && hasChange(changes, "group")
      ? { gid: known(ids.groupId(group), `group ${group}`) }
      : {}),
  };
}

/**
 * The ids of all declared names.
 * @throws {Fault} UnknownUser, when one does not exist here; HostFailed, when that is unknown.
 */
export function requireIds({ owner, group }: DeclaredAttributes, ids: AccountIds): DeclaredIds {
  return {
    declaredUid: owner === undefined ? undefined : known(ids.userId(owner), `user ${owner}`),
    declaredGid: group === undefined ? undefined : known(ids.groupId(group), `group ${group}`),
  };
}

/** True when one of the changes is of this field. */
export function hasChange(changes: readonly Change[], path: string): boolean {
  return changes.some((candidate) => candidate.path === path);
}

/** Attributes as a short text for fingerprints. The meaning of names is part of it, because it decides the diff. */
export function attributesText(observed: ObservedAttributes): string {
  const { mode, uid, gid, declaredUid, declaredGid } = observed;
  return `${formatMode(mode)} ${uid}/${declaredUid ?? "-"} ${gid}/${declaredGid ?? "-"}`;
}

function known(id: number | undefined, what: string): number {
  if (id !== undefined) return id;
  throw unknownAccount(what);
}

function idText(id: number | undefined): string | undefined {
  return id === undefined ? undefined : String(id);
}

/** Attributes that were observed, as an author would write them: ids as numbers, for names may go. */
export function describeAttributes({ mode, uid, gid }: ObservedAttributes): {
  readonly mode: string;
  readonly owner: number;
  readonly group: number;
} {
  return { mode: formatMode(mode), owner: uid, group: gid };
}

/** The users and groups that declared attributes name; ids need nobody. */
export function accountsNeeded({ owner, group }: DeclaredAttributes): readonly Thing[] {
  if (owner === undefined && group === undefined) return NONE;
  return [
    ...(owner === undefined || isId(owner) ? [] : [`user:${owner}` as const]),
    ...(group === undefined || isId(group) ? [] : [`group:${group}` as const]),
  ];
}

/** Shared, because most files name nobody. */
const NONE: readonly Thing[] = [];

function isId(text: string): boolean {
  return /^\d+$/.test(text);
}

/**
 * The databases that say what the declared names mean: an account whose id changes makes its files drift. Nobody renumbers
 * root.
 */
export function watchedPathsOfAccounts({ owner, group }: DeclaredAttributes): readonly string[] {
  return [
    ...(isRenumbered(owner) ? ["/etc/passwd"] : []),
    ...(isRenumbered(group) ? ["/etc/group"] : []),
  ];
}

function isRenumbered(name: string | undefined): boolean {
  return name !== undefined && name !== "root" && !isId(name);
}
