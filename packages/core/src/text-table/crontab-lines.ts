import type { LineFormat, LineMeaning } from "./text-table.ts";

/** One line of crontab(5). */
export type CrontabEntry =
  | { readonly type: "setting"; readonly name: string; readonly value: string }
  | {
      readonly type: "job";
      /** Five fields, or a word such as `@daily`. */
      readonly schedule: string;
      /** Only in /etc/crontab and /etc/cron.d. */
      readonly user?: string;
      readonly command: string;
    };

const NAME = /^(?:"[^"]+"|'[^']+'|[A-Za-z_][A-Za-z0-9_]*)$/;
/** The schedule is a word, or five fields. */
const JOB = /^(?<schedule>@[a-z]+|(?:[^\s@]\S*\s+){4}\S+)\s+(?<rest>\S.*)$/s;
const SYSTEM_REST = /^(?<user>\S+)\s+(?<command>\S.*)$/s;

/** The crontab of a user. */
export const userCrontabFormat: LineFormat<CrontabEntry> = crontabFormat(false);

/** /etc/crontab and the files of /etc/cron.d, in which each job names its user. */
export const systemCrontabFormat: LineFormat<CrontabEntry> = crontabFormat(true);

function crontabFormat(hasUser: boolean): LineFormat<CrontabEntry> {
  return {
    // A setting holds for the jobs after it, so that the last of a name is no better than the first.
    counts: "first",
    carriageReturn: "field",
    keyOf: (entry) => (entry.type === "setting" ? `${entry.name}=` : print(entry)),
    print,
    parse: (text) => parseLine(text, hasUser),
  };
}

function print(entry: CrontabEntry): string {
  if (entry.type === "setting") return `${entry.name}=${entry.value}`;
  const { schedule, user, command } = entry;
  return [schedule, ...(user === undefined ? [] : [user]), command].join(" ");
}

function parseLine(text: string, hasUser: boolean): LineMeaning<CrontabEntry> {
  if (/^\s*(?:$|#)/.test(text)) return { type: "other" };
  const equals = text.indexOf("=");
  const name = text.slice(0, Math.max(equals, 0)).trim();
  if (NAME.test(name)) {
    const value = text.slice(equals + 1).trim();
    return { type: "entry", entry: { type: "setting", name, value } };
  }
  const { schedule, rest = "" } = JOB.exec(text.trimStart())?.groups ?? {};
  if (schedule === undefined) return { type: "broken", why: "has no schedule and command" };
  const spaced = schedule.split(/\s+/).join(" ");
  if (!hasUser) return { type: "entry", entry: { type: "job", schedule: spaced, command: rest } };
  const { user, command } = SYSTEM_REST.exec(rest)?.groups ?? {};
  if (user === undefined || command === undefined) {
    return { type: "broken", why: "has no user and command" };
  }
  return { type: "entry", entry: { type: "job", schedule: spaced, user, command } };
}
