import type { Observation } from "../observation.ts";
import type { PasswordHash } from "./password-hash.ts";

/** Subordinate ids of a user: `count` of them from `first` on. */
export interface IdRange {
  readonly first: number;
  readonly count: number;
}

/** How old a password may become and when the account ends (shadow(5)). Days of dates count from 1970-01-01. */
export interface UserAging {
  /** When the password was last changed; 0: it must be changed at the next login. */
  readonly lastChangeDay?: number;
  readonly minimumDays?: number;
  readonly maximumDays?: number;
  readonly warningDays?: number;
  /** Days after its end in which an old password still works. */
  readonly inactiveDays?: number;
  /** From this day on the account cannot be used. */
  readonly expiryDay?: number;
}

/** A password as /etc/shadow has it: the lock and what is behind it are two things. */
export interface UserPassword {
  /** A `!` stands before it: no password opens the account. */
  readonly isLocked: boolean;
  /**
   * What is behind the lock. `hash`: a password is set. `disabled`: something that no password matches, such as `*`.
   * `none`: nothing, which unlocked means that no password is asked for.
   */
  readonly form: "hash" | "disabled" | "none";
  /** The text behind the lock; it never leaves this machine. `undefined` when there is none. */
  readonly hash: PasswordHash | undefined;
}

/** What /etc/shadow says of a user. */
export interface UserShadow {
  readonly password: UserPassword;
  readonly aging: UserAging;
}

/** A user of the machine's own files. */
export interface LocalUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  /** `undefined` when no local group has the gid. */
  readonly primaryGroup: string | undefined;
  readonly comment: string;
  readonly home: string;
  readonly shell: string;
  /** Names of the groups that list the user as a member, sorted. The primary group need not be among them. */
  readonly groups: readonly string[];
  /** By number: below UID_MIN or above UID_MAX of /etc/login.defs. */
  readonly isSystem: boolean;
  /** Unknown to who may not read /etc/shadow. Absent, when that has no line for the user: its making was cut off. */
  readonly shadow: Observation<UserShadow>;
  readonly subordinateUids: readonly IdRange[];
  readonly subordinateGids: readonly IdRange[];
}

/** A group of the machine's own files. */
export interface LocalGroup {
  readonly name: string;
  readonly gid: number;
  /** Sorted. Users whose primary group it is need not be among them. */
  readonly members: readonly string[];
  /** By number, as for users. */
  readonly isSystem: boolean;
}
