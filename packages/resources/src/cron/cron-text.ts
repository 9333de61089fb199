import { entriesOf, parseTable, systemCrontabFormat } from "@holdfast/core";
import { byteStringOf, readableText } from "../byte-text.ts";
import { RENDERED_HEADER } from "../rendered-file/rendered-file.ts";
import { SPECIAL_SCHEDULES } from "./schedule.ts";
import type { CronInput } from "./fields.ts";

/** A job and its settings. */
interface CronJob {
  readonly environment: Readonly<Record<string, string>>;
  readonly schedule: string;
  readonly user: string;
  readonly command: string;
}

/** The file of a job. It ends with a newline: cron ignores a last line without one. */
export function cronText({ environment, schedule, user, command }: CronJob): string {
  const settings = Object.entries(environment).map(
    ([name, value]) => `${settingText(name, value) ?? name}\n`,
  );
  return `${RENDERED_HEADER}${settings.join("")}${schedule} ${user} ${command}\n`;
}

/** A setting as cron reads it; `undefined` for a value that needs quotes and has both sorts of them. */
export function settingText(name: string, value: string): string | undefined {
  if (/^[^\s"'](?:.*\S)?$/s.test(value)) return `${name}=${value}`;
  const quote = ['"', "'"].find((candidate) => !value.includes(candidate));
  return quote === undefined ? undefined : `${name}=${quote}${value}${quote}`;
}

/** What the file of one job says in fields. */
export function parseCron(text: string): CronInput | undefined {
  const entries = entriesOf(parseTable(byteStringOf(text), systemCrontabFormat));
  const environment: Record<string, string> = {};
  for (const entry of entries) {
    if (entry.type === "setting") environment[entry.name] = readableText(unquoted(entry.value));
  }
  const job = entries.find((entry) => entry.type === "job");
  if (job?.type !== "job" || job.user === undefined) return undefined;
  const special = SPECIAL_SCHEDULES.find((word) => word === job.schedule);
  return {
    ...(special === undefined ? { schedule: job.schedule } : { special }),
    user: job.user,
    command: readableText(job.command),
    ...(Object.keys(environment).length === 0 ? {} : { environment }),
  };
}

function unquoted(value: string): string {
  return /^(["']).*\1$/s.test(value) && value.length > 1 ? value.slice(1, -1) : value;
}
