import * as z from "zod/mini";
import {
  accountIdSchema,
  accountReferenceSchema,
  groupNameSchema,
} from "../account/account-fields.ts";
import { stateSchema } from "../declared-state.ts";
import { EXPIRY_FORM, EXPIRY_RULE } from "./expiry.ts";

const MAX_DAYS = 99_999;
const MAX_TEXT = 1024;

const textSchema = z
  .string()
  .check(
    z.maxLength(MAX_TEXT),
    z.regex(/^[^:\p{Cc}]*$/u, "leave out colons, line breaks and other control characters"),
  );
const daysSchema = z.union([
  z.int().check(z.nonnegative(), z.maximum(MAX_DAYS)),
  z.literal("none"),
]);
const rangesSchema = z.array(
  z.strictObject({
    first: accountIdSchema,
    count: z.int().check(z.minimum(1), z.maximum(2 ** 32 - 1)),
  }),
);

const ageSchema = z.strictObject({
  minDays: z.optional(daysSchema.check(z.describe("Days before it may be changed again."))),
  maxDays: z.optional(daysSchema.check(z.describe("Days after which it must be changed."))),
  warnDays: z.optional(daysSchema.check(z.describe("Days of warning before that."))),
  inactiveDays: z.optional(
    daysSchema.check(z.describe("Days after that in which the old one still works.")),
  ),
});

/** What an author writes under `spec` of a user; its name is the user's. What is left out is not managed. */
export const userSchema = z.strictObject({
  uid: z.optional(accountIdSchema.check(z.describe("Its number. When made: the next one free."))),
  group: z.optional(
    accountReferenceSchema.check(
      z.describe("The primary group. When made: the group of the user's name."),
    ),
  ),
  groups: z.optional(
    z.array(groupNameSchema).check(z.describe("Further groups that the user is in.")),
  ),
  exactGroups: z.optional(
    z.boolean().check(z.describe("The user is in no further groups than these. Default: false.")),
  ),
  comment: z.optional(textSchema.check(z.describe("The full name, or what else it is."))),
  home: z.optional(
    textSchema.check(z.describe("Path of the home directory. When made: /home and the name.")),
  ),
  createHome: z.optional(
    z.boolean().check(z.describe("Make a missing home directory, with what is in /etc/skel.")),
  ),
  moveHome: z.optional(
    z.boolean().check(z.describe("When `home` changes, move what is in the old directory.")),
  ),
  shell: z.optional(textSchema.check(z.describe("Path of the login shell."))),
  system: z.optional(
    z.boolean().check(z.describe("When made: take a number of those for system users.")),
  ),
  password: z.optional(
    z.string().check(z.describe("Hash of the password (crypt(5)), or * for none that matches.")),
  ),
  locked: z.optional(
    z.boolean().check(z.describe("Whether the password is locked. It says nothing of ssh keys.")),
  ),
  passwordAge: z.optional(ageSchema.check(z.describe('Ages of the password: days, or "none".'))),
  expires: z.optional(
    z
      .string()
      .check(
        z.regex(EXPIRY_FORM, EXPIRY_RULE),
        z.describe('The first day on which the account is closed, YYYY-MM-DD; or "never".'),
      ),
  ),
  subuids: z.optional(rangesSchema.check(z.describe("All subordinate uids, for containers."))),
  subgids: z.optional(rangesSchema.check(z.describe("All subordinate gids, for containers."))),
  removeHome: z.optional(
    z.boolean().check(z.describe("When the user is removed: remove the home directory too.")),
  ),
  state: stateSchema,
});

/** What an author writes under `spec` of a user. */
export type UserInput = z.infer<typeof userSchema>;
