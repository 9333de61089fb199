import { Fault, type FileWriter, type LocalUser, type NameSources } from "@holdfast/core";
import type { LocalAccounts } from "../local/read-accounts.ts";
import type { RunTool } from "../tools/tool-runner.ts";

/** What every change of an account works with. */
export interface AccountWork {
  readonly files: FileWriter;
  /** The accounts as they are now. */
  readonly read: (signal: AbortSignal) => Promise<LocalAccounts>;
  readonly lookupName: (name: string, signal: AbortSignal) => Promise<NameSources>;
  readonly runTool: RunTool;
}

/** A user of the machine's own files. @throws {Fault} UnknownUser. */
export async function requireUser(
  work: AccountWork,
  name: string,
  signal: AbortSignal,
): Promise<LocalUser> {
  const user = (await work.read(signal)).users.byName.get(name);
  if (user === undefined) throw unknownAccount("user", name);
  return user;
}

/** There is no such account in the machine's own files. */
export function unknownAccount(what: "user" | "group", name: string): Fault {
  return new Fault({
    reason: "UnknownUser",
    message: `there is no ${what} ${name} in the machine's own files`,
    resolution: `Declare the ${what} and depend on it, or correct the name.`,
  });
}

/** Something else has the name. */
export function nameTaken(name: string, why: string): Fault {
  return new Fault({
    reason: "NameTaken",
    message: `the name ${name} is taken: ${why}`,
    resolution: "Choose another name, or change what has it.",
  });
}
