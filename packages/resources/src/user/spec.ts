import {
  type AgingChanges,
  type BindReport,
  type IdRange,
  PASSWORD_HASH_RULE,
  PasswordHash,
  REDACTED,
  type Thing,
} from "@holdfast/core";
import { checkAbsolutePath, parentPath } from "../absolute-path.ts";
import { checkAccountName, isNumber } from "../account/account-fields.ts";
import { EXPIRY_RULE, parseExpiry } from "./expiry.ts";
import type { UserInput } from "./fields.ts";

/** What a user should be; what is `undefined` is not managed. */
export interface UserSpec {
  readonly name: string;
  readonly uid?: number;
  /** A name, or a number as digits. */
  readonly primaryGroup?: string;
  /** Sorted, each once. */
  readonly groups?: readonly string[];
  readonly hasExactGroups: boolean;
  readonly comment?: string;
  readonly home?: string;
  readonly createHome: boolean;
  readonly moveHome: boolean;
  readonly shell?: string;
  readonly isSystem: boolean;
  readonly password?: string;
  readonly isLocked?: boolean;
  /** `none` empties a field. */
  readonly aging: AgingChanges;
  readonly subordinateUids?: readonly IdRange[];
  readonly subordinateGids?: readonly IdRange[];
  readonly removeHome: boolean;
  readonly isAbsent: boolean;
}

/** Joins name and input. */
export function bindUser(name: string, input: UserInput, report: BindReport): UserSpec {
  checkAccountName(name, report);
  checkFields(input, report);
  const { group, groups, locked, subuids, subgids } = input;
  return {
    name,
    ...picked(input, ["uid", "comment", "home", "shell", "password"]),
    ...(group === undefined ? {} : { primaryGroup: String(group) }),
    ...(groups === undefined ? {} : { groups: [...new Set(groups)].toSorted() }),
    hasExactGroups: input.exactGroups === true,
    createHome: input.createHome === true,
    moveHome: input.moveHome === true,
    isSystem: input.system === true,
    ...(locked === undefined ? {} : { isLocked: locked }),
    aging: bindAging(input),
    ...(subuids === undefined ? {} : { subordinateUids: subuids }),
    ...(subgids === undefined ? {} : { subordinateGids: subgids }),
    removeHome: input.removeHome === true,
    isAbsent: input.state === "absent",
  };
}

function checkFields(input: UserInput, report: BindReport): void {
  const { home, shell, password, exactGroups, groups, expires } = input;
  if (home !== undefined) checkAbsolutePath(home, "home", report);
  if (shell !== undefined && shell !== "") checkAbsolutePath(shell, "shell", report);
  if (expires !== undefined && parseExpiry(expires) === undefined) {
    report("expires", "no such day", EXPIRY_RULE);
  }
  if (exactGroups === true && groups === undefined) {
    const detail = "exactGroups says that groups is all of them: write groups, [] for none";
    report("exactGroups", "no groups are named", detail);
  }
  if (password === undefined || password.includes(REDACTED)) return;
  if (!new PasswordHash(password).isSettable) {
    report("password", "not a hash", `the password is ${PASSWORD_HASH_RULE} (mkpasswd makes one)`);
  }
}

function bindAging({ passwordAge, expires }: UserInput): AgingChanges {
  const expiryDay = expires === undefined ? undefined : parseExpiry(expires);
  const fields: Record<keyof AgingChanges, number | "none" | undefined> = {
    lastChangeDay: undefined,
    minimumDays: passwordAge?.minDays,
    maximumDays: passwordAge?.maxDays,
    warningDays: passwordAge?.warnDays,
    inactiveDays: passwordAge?.inactiveDays,
    expiryDay,
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function picked<Input, Field extends keyof Input>(
  input: Input,
  fields: readonly Field[],
): { readonly [Name in Field]?: NonNullable<Input[Name]> } {
  const found: { [Name in Field]?: NonNullable<Input[Name]> } = {};
  for (const field of fields) {
    const value = input[field];
    if (value !== undefined && value !== null) found[field] = value;
  }
  return found;
}

/** No such user. */
export function absentUser(spec: UserSpec): UserSpec {
  return { ...spec, isAbsent: true };
}

/** The account, and the home of one that takes it along. */
export function takenAwayWithUser({ name, home, removeHome }: UserSpec): readonly Thing[] {
  const account: Thing = `user:${name}`;
  return removeHome ? [account, `path:${home ?? `/home/${name}`}`] : [account];
}

/** A user that is made anew has the group of its own name, where there is one. */
export function usedByUser({ name, primaryGroup }: UserSpec): readonly Thing[] {
  return primaryGroup === undefined ? [`group:${name}`] : [];
}

/** A user comes after its groups, its shell, and the directory that its home is made in. */
export function neededByUser({
  primaryGroup,
  groups = [],
  shell,
  home,
  createHome,
}: UserSpec): readonly Thing[] {
  const isNamed = primaryGroup !== undefined && !isNumber(primaryGroup);
  return [
    ...(isNamed ? [`group:${primaryGroup}` as const] : []),
    ...groups.map((group) => `group:${group}` as const),
    ...(shell === undefined || shell === "" ? [] : [`path:${shell}` as const]),
    ...(home === undefined || !createHome ? [] : [`path:${parentPath(home)}` as const]),
  ];
}
