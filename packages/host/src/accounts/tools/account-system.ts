import type { CommandResult, PasswordHash } from "@holdfast/core";

/** The programs that change accounts (the package `passwd` of Debian, `shadow-utils` elsewhere). */
export type AccountTool =
  | "useradd"
  | "usermod"
  | "userdel"
  | "groupadd"
  | "groupmod"
  | "groupdel"
  | "gpasswd"
  | "chage"
  | "chpasswd";

/** One run of such a program. */
export interface ToolRun {
  readonly tool: AccountTool;
  /** Everybody can read them while the program runs: never a hash. */
  readonly args: readonly string[];
  /** For `chpasswd --encrypted`, on its standard input: `passwordLine`. */
  readonly password?: NewPassword;
}

/** The password field to write for a user. */
export interface NewPassword {
  readonly name: string;
  readonly isLocked: boolean;
  /** `undefined`: nothing behind the lock. */
  readonly hash: PasswordHash | undefined;
}

/** What changing accounts needs of the machine besides its files. */
export interface AccountSystem {
  /**
   * Runs to the end on the accounts of the root. Nothing cuts it off but a limit that a healthy machine never reaches:
   * a program that dies in the middle leaves its locks behind.
   * @throws {Fault} CommandNotFound, CommandTimeout, NotPrivileged, HostFailed.
   */
  run(run: ToolRun): Promise<CommandResult>;
  /** The name of a running process; `undefined` when none has the number. */
  processName(pid: number): string | undefined;
  /** Who holds the record lock of a file of the root, by pid (0: somebody in another container); `undefined`: nobody. */
  recordLockOwner(path: string): Promise<number | undefined>;
}

/** The line that `chpasswd` reads. */
export function passwordLine({ name, isLocked, hash }: NewPassword): string {
  return `${name}:${hash?.shadowField(isLocked) ?? "!"}\n`;
}
