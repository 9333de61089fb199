import type { PasswordHash } from "../accounts/password-hash.ts";
import type { IdRange, LocalGroup, LocalUser, UserAging } from "../accounts/local-user.ts";
import type { BrokenLine } from "../text-table/text-table.ts";
import type { PathHint, Watch } from "./paths.ts";

/** Names and numbers of users and groups of the host's root. A lookup that fails is a fault, never "no such user". */
export interface Accounts {
  /**
   * The uid of a name, or of a decimal number as text; `undefined` when no user has that name.
   * @throws {Fault} HostFailed, when the account database cannot be read.
   */
  userId(name: string, signal: AbortSignal): Promise<number | undefined>;
  /** Likewise for groups. */
  groupId(name: string, signal: AbortSignal): Promise<number | undefined>;
}

/** The accounts of the machine's own files, read at once. */
export interface AccountSnapshot<Entry> {
  readonly byName: ReadonlyMap<string, Entry>;
  /** Lines of the files that say nothing that the system understands; they stay as they are. */
  readonly broken: readonly (BrokenLine & { readonly path: string })[];
}

/** The source of a name: this machine's files, only a name service such as LDAP, or none. */
export type NameSource = "local" | "elsewhere" | "absent";

/** The source of a name as a user, and as a group. */
export interface NameSources {
  readonly user: NameSource;
  readonly group: NameSource;
}

/** Observing accounts. What cannot be read is a fault, never an account that is not there. */
export interface AccountReader extends Accounts {
  /**
   * Every user of the machine's own files; no name service is asked.
   * @throws {Fault} PermissionDenied, PathUnsafe, ContentTooLarge, HostFailed, Aborted.
   */
  readUsers(signal: AbortSignal): Promise<AccountSnapshot<LocalUser>>;
  /** Likewise for groups. */
  readGroups(signal: AbortSignal): Promise<AccountSnapshot<LocalGroup>>;
  /**
   * Finds the source of a name. Under a root there is no name service.
   * @throws {Fault} HostFailed, when a name service does not answer: then it is unknown.
   */
  lookupName(name: string, signal: AbortSignal): Promise<NameSources>;
  /**
   * Watches the files of accounts, each by its path, replaced or edited in place. One hint stands for all that happens
   * within 50 ms, and none comes while a program holds the lock of the files.
   */
  watch(hear: (hint: PathHint) => void, signal: AbortSignal): Promise<Watch>;
}

/** A user to make. What is left out is the system's default. */
export interface NewUser {
  readonly name: string;
  readonly uid?: number;
  /** A group by name or number. Default: the group of the user's name, which is made when it is missing. */
  readonly primaryGroup?: string;
  readonly comment?: string;
  readonly home?: string;
  readonly shell?: string;
  readonly groups?: readonly string[];
  /** A number below UID_MIN, and no subordinate ids. Default false. */
  readonly isSystem?: boolean;
  /** Make the home directory, with what is in /etc/skel. Default false. */
  readonly createHome?: boolean;
  /** Default: none, and locked. */
  readonly password?: PasswordChange;
  readonly aging?: AgingChanges;
  readonly subordinateIds?: SubordinateIds;
}

/** A password to set. */
export interface PasswordChange {
  readonly hash: PasswordHash;
  /** Default: the lock stays as it is; a new user's is open. */
  readonly isLocked?: boolean;
}

/** What to change of a user; what is left out stays. */
export interface UserChanges {
  readonly uid?: number;
  /** A group by name or number. */
  readonly primaryGroup?: string;
  readonly comment?: string;
  readonly home?: string;
  /** The directory that becomes the new home, with what is in it. Default: nothing is moved. */
  readonly moveHomeFrom?: string;
  readonly shell?: string;
}

/** Fields of aging to set; `"none"` empties one. */
export type AgingChanges = { readonly [Field in keyof UserAging]?: number | "none" };

/** All subordinate ids that a user has; what is left out stays. */
export interface SubordinateIds {
  readonly uids?: readonly IdRange[];
  readonly gids?: readonly IdRange[];
}

/** A group to make. */
export interface NewGroup {
  readonly name: string;
  readonly gid?: number;
  /** A number below GID_MIN. Default false. */
  readonly isSystem?: boolean;
}

/** What to change of a group. */
export interface GroupChanges {
  readonly gid?: number;
}

/**
 * Changing accounts of the machine's own files. Every call reads first and does only what differs, so that the same call
 * again writes nothing, and finishes what was cut off. It waits for the locks of other programs, and nothing cuts it off
 * in the middle: an abort ends it between two programs.
 *
 * Faults of all: AccountsLocked, NotPrivileged, InputInvalid, UnknownUser (not in the machine's files), HostFailed,
 * CommandNotFound, CommandTimeout, Aborted, and those of reading.
 */
export interface AccountWriter extends AccountReader {
  /**
   * Makes a user, or finishes its making. A user that is there and has all that is named stays as it is.
   * @throws {Fault} NameTaken, by another user or in a name service; IdTaken; UnknownUser, for a group.
   */
  createUser(user: NewUser, signal: AbortSignal): Promise<void>;
  /** @throws {Fault} UserBusy, when a process of the user keeps uid or home; IdTaken; AlreadyExists, at the new home. */
  changeUser(name: string, changes: UserChanges, signal: AbortSignal): Promise<void>;
  /** Makes the home directory that the user's entry names, where there is none. */
  makeHome(name: string, signal: AbortSignal): Promise<void>;
  /**
   * Removes a user; none is fine. The home directory stays unless `removeHome` says otherwise.
   * @throws {Fault} UserBusy; PathUnsafe, when the home is no place that one user may own.
   */
  removeUser(
    name: string,
    options: { readonly removeHome: boolean },
    signal: AbortSignal,
  ): Promise<void>;
  /** @throws {Fault} NameTaken, IdTaken. */
  createGroup(group: NewGroup, signal: AbortSignal): Promise<void>;
  /** @throws {Fault} IdTaken. */
  changeGroup(name: string, changes: GroupChanges, signal: AbortSignal): Promise<void>;
  /** Removes a group; none is fine. @throws {Fault} GroupInUse, as somebody's primary group. */
  removeGroup(name: string, signal: AbortSignal): Promise<void>;
  /** Puts a user into groups and takes it out of others; the rest stays. */
  setMembership(
    name: string,
    groups: { readonly add?: readonly string[]; readonly remove?: readonly string[] },
    signal: AbortSignal,
  ): Promise<void>;
  /** Sets the hash behind the lock, and the lock with it, in one write. A plain password is refused. */
  setPassword(name: string, password: PasswordChange, signal: AbortSignal): Promise<void>;
  /** Puts the lock before the password or takes it away; unlocking needs something behind it. */
  setLocked(name: string, isLocked: boolean, signal: AbortSignal): Promise<void>;
  setAging(name: string, aging: AgingChanges, signal: AbortSignal): Promise<void>;
  setSubordinateIds(name: string, ids: SubordinateIds, signal: AbortSignal): Promise<void>;
}
