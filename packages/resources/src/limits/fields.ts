import * as z from "zod/mini";
import { stateSchema } from "../declared-state.ts";

/** What can be limited (limits.conf(5)). */
export const LIMIT_ITEMS = [
  "as",
  "core",
  "cpu",
  "data",
  "fsize",
  "locks",
  "maxlogins",
  "maxsyslogins",
  "memlock",
  "msgqueue",
  "nice",
  "nofile",
  "nonewprivs",
  "nproc",
  "priority",
  "rss",
  "rtprio",
  "sigpending",
  "stack",
] as const;

const valueSchema = z.union([z.int(), z.literal("unlimited")]);
const limitSchema = z.union([
  valueSchema,
  z.strictObject({ soft: z.optional(valueSchema), hard: z.optional(valueSchema) }),
]);

/** What an author writes under `spec` of limits; their name is free. */
export const limitsSchema = z.strictObject({
  domain: z.optional(
    z
      .string()
      .check(z.describe('Whose: a user, "@" and a group, "*", or ids as limits.conf has them.')),
  ),
  limits: z.optional(
    z
      .partialRecord(z.enum(LIMIT_ITEMS), limitSchema)
      .check(
        z.describe('Each item with its value, "unlimited", or { soft, hard }, e.g. nofile: 65536.'),
      ),
  ),
  state: stateSchema,
});

/** What an author writes under `spec` of limits. */
export type LimitsInput = z.infer<typeof limitsSchema>;

/** A limit as an author writes it. */
export type LimitInput = z.infer<typeof limitSchema>;
