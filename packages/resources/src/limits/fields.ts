import * as z from "zod/mini";
import { stateSchema } from "../declared-state.ts";

const valueSchema = z.union([z.int(), z.literal("unlimited")]);
const limitSchema = z.union([
  valueSchema,
  z.strictObject({ soft: z.optional(valueSchema), hard: z.optional(valueSchema) }),
]);

const limitsFields = z.strictObject({
  as: z.optional(limitSchema),
  core: z.optional(limitSchema),
  cpu: z.optional(limitSchema),
  data: z.optional(limitSchema),
  fsize: z.optional(limitSchema),
  locks: z.optional(limitSchema),
  maxlogins: z.optional(limitSchema),
  maxsyslogins: z.optional(limitSchema),
  memlock: z.optional(limitSchema),
  msgqueue: z.optional(limitSchema),
  nice: z.optional(limitSchema),
  nofile: z.optional(limitSchema),
  nonewprivs: z.optional(limitSchema),
  nproc: z.optional(limitSchema),
  priority: z.optional(limitSchema),
  rss: z.optional(limitSchema),
  rtprio: z.optional(limitSchema),
  sigpending: z.optional(limitSchema),
  stack: z.optional(limitSchema),
});

/** What can be limited (limits.conf(5)). */
export type LimitItem = keyof z.infer<typeof limitsFields>;

/** All of them. */
export const LIMIT_ITEMS = Object.keys(limitsFields.shape) as readonly LimitItem[];

/** What an author writes under `spec` of limits; their name is free. */
export const limitsSchema = z.strictObject({
  domain: z.optional(
    z
      .string()
      .check(z.describe('Whose: a user, "@" and a group, "*", or ids as limits.conf has them.')),
  ),
  limits: z.optional(
    limitsFields.check(
      z.describe('Each item with its value, "unlimited", or { soft, hard }, e.g. nofile: 65536.'),
    ),
  ),
  state: stateSchema,
});

/** What an author writes under `spec` of limits. */
export type LimitsInput = z.infer<typeof limitsSchema>;

/** A limit as an author writes it. */
export type LimitInput = z.infer<typeof limitSchema>;
