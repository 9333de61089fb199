import { Fault, type LocalUser, type PasswordChange, type UserShadow } from "@holdfast/core";
import type { NewPassword } from "../tools/account-system.ts";
import { type AccountWork, requireUser } from "./account-work.ts";
import { checkHash } from "./check-input.ts";

/** Makes hash and lock what they should be, in one write when the hash differs. The same is not written again. */
export async function setPassword(
  work: AccountWork,
  name: string,
  { hash, isLocked }: PasswordChange,
  signal: AbortSignal,
): Promise<void> {
  checkHash(hash);
  const { password } = requireShadow(await requireUser(work, name, signal));
  const lock = isLocked ?? password.isLocked;
  if (!hash.equals(password.hash)) await writeField(work, { name, hash, isLocked: lock }, signal);
  else if (password.isLocked !== lock) await setLocked(work, name, lock, signal);
}

/** Makes the line of /etc/shadow that a making which was cut off did not come to. */
export async function addShadowLine(
  work: AccountWork,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  await writeField(work, { name, isLocked: true, hash: undefined }, signal);
}

/** Locks or unlocks. The tool would write the file again for a user that is locked already. */
export async function setLocked(
  work: AccountWork,
  name: string,
  isLocked: boolean,
  signal: AbortSignal,
): Promise<void> {
  const { password } = requireShadow(await requireUser(work, name, signal));
  if (password.isLocked === isLocked) return;
  if (!isLocked && password.form === "none") throw nothingBehind(name);
  const args = [isLocked ? "--lock" : "--unlock", name];
  await work.runTool({ tool: "usermod", args }, name, signal);
}

/** What /etc/shadow says of a user. @throws {Fault} why that is unknown; HostFailed, when it has no line for the user. */
export function requireShadow({ name, shadow }: LocalUser): UserShadow {
  if (shadow.type === "unknown") throw shadow.fault;
  if (shadow.type === "present") return shadow.value;
  throw new Fault({
    reason: "HostFailed",
    message: `/etc/shadow has no line for ${name}`,
    resolution: "Make it with pwconv(8).",
  });
}

/** On standard input: the arguments of a program can be read by everybody. */
async function writeField(
  work: AccountWork,
  password: NewPassword,
  signal: AbortSignal,
): Promise<void> {
  const run = { tool: "chpasswd", args: ["--encrypted"], password } as const;
  await work.runTool(run, password.name, signal);
}

function nothingBehind(name: string): Fault {
  return new Fault({
    reason: "InputInvalid",
    message: `${name} is not unlocked: it has no password, and none would be asked for`,
    resolution: "Set a password, or * for an account that no password opens.",
  });
}
