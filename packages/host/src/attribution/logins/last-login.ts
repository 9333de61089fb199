import type { Login } from "@holdfast/core";
import { openTailFile } from "../read-tail.ts";
import { lastLoginIn, loginLayoutOf } from "./login-records.ts";

const RECORDS = "var/log/wtmp";
const MOST_RECORDS = 1_000;

/** What the record of logins says. */
export type LoginFinding =
  | { readonly type: "found"; readonly login: Login }
  | { readonly type: "nothing" }
  | { readonly type: "incomplete"; readonly detail: string };

/** The last login at or before a time since the machine was started, by the newest records of wtmp(5). */
export async function findLastLogin(root: string, untilMs: number): Promise<LoginFinding> {
  const layout = loginLayoutOf(process.arch);
  await using file = await openTailFile(root, RECORDS);
  if (file === undefined) return { type: "incomplete", detail: `there is no /${RECORDS} here` };
  // What a crash cut off at the end is no record.
  const end = file.sizeBytes - (file.sizeBytes % layout.recordBytes);
  const bytes = await file.readBefore(end, MOST_RECORDS * layout.recordBytes);
  const login = lastLoginIn(bytes, untilMs, layout);
  return login === undefined ? { type: "nothing" } : { type: "found", login };
}
