import type { AgingChanges, UserAging } from "@holdfast/core";
import { type AccountWork, requireUser } from "./account-work.ts";
import { requireShadow } from "./set-password.ts";

const OPTIONS = {
  lastChangeDay: "--lastday",
  minimumDays: "--mindays",
  maximumDays: "--maxdays",
  warningDays: "--warndays",
  inactiveDays: "--inactive",
  expiryDay: "--expiredate",
} as const satisfies Readonly<Record<keyof UserAging, string>>;

/** Sets the fields of aging that differ, in one write. */
export async function setAging(
  work: AccountWork,
  name: string,
  changes: AgingChanges,
  signal: AbortSignal,
): Promise<void> {
  if (Object.keys(changes).length === 0) return;
  const { aging } = requireShadow(await requireUser(work, name, signal));
  const args: string[] = [];
  for (const field of fieldsOf(changes)) {
    const wanted = changes[field];
    const days = wanted === "none" ? undefined : wanted;
    // The tool takes −1 for an empty field.
    if (wanted !== undefined && aging[field] !== days)
      args.push(OPTIONS[field], String(days ?? -1));
  }
  if (args.length > 0) await work.runTool({ tool: "chage", args: [...args, name] }, name, signal);
}

function fieldsOf(changes: AgingChanges): readonly (keyof UserAging)[] {
  const known = Object.keys(OPTIONS) as (keyof UserAging)[];
  return known.filter((field) => changes[field] !== undefined);
}
