import type { BindReport } from "@holdfast/core";
import * as z from "zod/mini";

/** The largest number a user or group may have; the next one means "none" to the kernel. */
const MAX_ID = 4_294_967_294;

/** What is changed under this name never overlaps: the shadow tools lock all files of accounts at once. */
export const ACCOUNTS_LANE = "accounts";

/** The number of a user or group. */
export const accountIdSchema = z.int().check(z.nonnegative(), z.maximum(MAX_ID));

/** A name that is there already may be what no new account may be called, so that it is only held to what tools take for one. */
const NAME = /^[^:,\s/\p{Cc}+~-][^:,\s/\p{Cc}]{0,255}$/u;
const NO_NUMBER = /^(?!\d+$)[^:,\s/\p{Cc}+~-][^:,\s/\p{Cc}]{0,255}$/u;
const MAX_NAME = 32;

/** The name of a group that others refer to. */
export const groupNameSchema = nameSchema("group");

/** The name of a user that others refer to. */
export const userNameSchema = nameSchema("user");

/** A user or group that others refer to: a name, or a number, also as digits. */
export const accountReferenceSchema = z.union([
  z.string().check(z.regex(NAME, "write a name or a number")),
  accountIdSchema,
]);

/** Reports a name that the files of accounts could not hold. Which names may be made is for the tool that makes them. */
export function checkAccountName(name: string, report: BindReport): void {
  if (NO_NUMBER.test(name) && name.length <= MAX_NAME) return;
  const detail = `"${name}" is a number, has a separator in it, or is longer than 32 characters`;
  report("", "not a name of an account", detail);
}

function nameSchema(sort: "user" | "group") {
  return z.string().check(z.regex(NO_NUMBER, `write the name of a ${sort}, not a number`));
}

/** Tells a number, as digits, from a name. */
export function isNumber(account: string): boolean {
  return /^\d+$/.test(account);
}
