/** Words that stand for a schedule (crontab(5)). */
export const SPECIAL_SCHEDULES = [
  "@reboot",
  "@yearly",
  "@annually",
  "@monthly",
  "@weekly",
  "@daily",
  "@midnight",
  "@hourly",
] as const;

interface Field {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** Names that may stand alone instead of a number. */
  readonly words: readonly string[];
}

const MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");
const DAYS = "sun mon tue wed thu fri sat".split(" ");

const FIELDS: readonly Field[] = [
  { name: "minute", from: 0, to: 59, words: [] },
  { name: "hour", from: 0, to: 23, words: [] },
  { name: "day of the month", from: 1, to: 31, words: [] },
  { name: "month", from: 1, to: 12, words: MONTHS },
  // 0 and 7 are Sunday.
  { name: "day of the week", from: 0, to: 7, words: DAYS },
];

/** Says what is wrong with a schedule of five fields; `undefined` for one that every cron takes. */
export function scheduleProblem(schedule: string): string | undefined {
  const written = schedule.split(" ");
  if (written.length !== FIELDS.length) {
    return `a schedule has five fields, as in "30 4 * * mon", and this has ${written.length}`;
  }
  for (const [position, field] of FIELDS.entries()) {
    const text = written[position] ?? "";
    if (!isField(text, field)) {
      const { name, from, to } = field;
      return `"${text}" is no ${name}: write *, numbers from ${from} to ${to}, ranges and steps, as in 1-5,*/10`;
    }
  }
  return undefined;
}

function isField(text: string, field: Field): boolean {
  if (field.words.includes(text.toLowerCase())) return true;
  return text.split(",").every((part) => isPart(part, field));
}

/** `*`, a number or a range; a step only behind what has several values. */
function isPart(part: string, { from, to }: Field): boolean {
  const [, star, first, last, step] =
    /^(?:(\*)|(\d{1,2})(?:-(\d{1,2}))?)(?:\/(\d{1,2}))?$/.exec(part) ?? [];
  const hasSeveral = star !== undefined || last !== undefined;
  if (step !== undefined && (!hasSeveral || Number(step) < 1)) return false;
  if (star !== undefined) return true;
  if (first === undefined) return false;
  const [low, high] = [Number(first), Number(last ?? first)];
  return from <= low && low <= high && high <= to;
}
