import { renderedFileKind } from "../rendered-file/rendered-kind.ts";
import { parseCron } from "./cron-text.ts";
import { type CronInput, cronSchema } from "./fields.ts";
import { bindCron, type CronSpec } from "./spec.ts";

/** A job of cron in a file of its own. Its name is that of the file. */
export const cronKind = renderedFileKind<CronSpec, CronInput>({
  kind: "cron",
  summary: "A job of cron, in a file of its own in /etc/cron.d.",
  schema: cronSchema,
  bind: bindCron,
  parse: parseCron,
  accounts: ({ user }) => (user === undefined ? [] : [`user:${user}`]),
});
