import * as z from "zod/mini";
import { stateSchema } from "../declared-state.ts";

const span = z.string().check(z.regex(/^[A-Za-z0-9. ]+$/, 'write a time span like "15min"'));
const calendar = z
  .string()
  .check(z.regex(/^[\w:*/.,~ +-]+$/, 'write a calendar event like "daily" or "Mon *-*-* 04:00"'));

/** What an author writes under `spec` of a timer; its name is that of both units, without a suffix. */
export const timerSchema = z.strictObject({
  command: z.optional(
    z
      .array(z.string())
      .check(z.minLength(1), z.describe("What it runs: a program by its absolute path, no shell.")),
  ),
  user: z.optional(
    z
      .string()
      .check(
        z.regex(/^[A-Za-z_0-9][\w.-]*$/, "write the name of a user"),
        z.describe("Who it runs as. Default: root."),
      ),
  ),
  calendar: z.optional(
    z
      .union([calendar, z.array(calendar).check(z.minLength(1))])
      .check(z.describe("When: calendar events as systemd.time(7) has them.")),
  ),
  every: z.optional(span.check(z.describe("How long after its last start it is started again."))),
  afterBoot: z.optional(span.check(z.describe("How long after the boot it is started."))),
  persistent: z.optional(
    z.boolean().check(z.describe("Make up for an event that was missed while it was off.")),
  ),
  randomDelay: z.optional(span.check(z.describe("Wait by chance up to so long each time."))),
  accuracy: z.optional(
    span.check(z.describe("How late it may be, so that timers share a wake-up. Default: 1min.")),
  ),
  verify: z.optional(
    z.boolean().check(z.describe("Have systemd-analyze verify both units. Default: true.")),
  ),
  state: stateSchema,
});

/** What an author writes under `spec` of a timer. */
export type TimerInput = z.infer<typeof timerSchema>;
