import * as z from "zod/mini";
import { userNameSchema } from "../account/account-fields.ts";
import { stateSchema } from "../declared-state.ts";
import { SPECIAL_SCHEDULES } from "./schedule.ts";

/** What an author writes under `spec` of a cron; its name is that of the file in /etc/cron.d. */
export const cronSchema = z.strictObject({
  schedule: z.optional(
    z.string().check(z.describe('When: five fields of crontab(5), e.g. "30 4 * * mon".')),
  ),
  special: z.optional(
    z.enum(SPECIAL_SCHEDULES).check(z.describe('When, in a word, e.g. "@daily"; or "@reboot".')),
  ),
  command: z.optional(
    z.string().check(z.describe("The command, one line for the shell. A % is written as \\%.")),
  ),
  user: z.optional(userNameSchema.check(z.describe("Who it runs as."))),
  environment: z.optional(
    z.record(z.string(), z.string()).check(z.describe("Settings of the job, e.g. MAILTO, PATH.")),
  ),
  state: stateSchema,
});

/** What an author writes under `spec` of a cron. */
export type CronInput = z.infer<typeof cronSchema>;
