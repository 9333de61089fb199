import type { Clock } from "@holdfast/core";
import { AccountFile } from "../../accounts/account-file.ts";
import { parseUsers } from "../../accounts/account-line.ts";

/** The name of a user of the machine; `undefined` for one that only a name service knows. */
export type UserNames = (uid: number) => string | undefined;

/** Names out of the machine's /etc/passwd, at once: a name service may take long, and a process does not wait. */
export function machineUserNames(clock: Clock): UserNames {
  const users = new AccountFile(() => "/etc/passwd", parseUsers, clock);
  return (uid) => {
    try {
      for (const entry of users.read().values()) if (entry.uid === uid) return entry.name;
    } catch {
      // A number says enough.
    }
    return undefined;
  };
}
