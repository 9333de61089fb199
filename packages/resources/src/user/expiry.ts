/** What `expires` is, for whoever wrote something else. */
export const EXPIRY_RULE = 'write a day as YYYY-MM-DD from 1970-01-02 on, or "never"';

/** The form of such a text; not every one of it names a day. */
export const EXPIRY_FORM = /^(?:never|\d{4}-\d{2}-\d{2})$/;

const EPOCH_YEAR = 1970;
const LAST_YEAR = 9999;
const DAYS_OF_MONTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;
const FEBRUARY = 2;
const DAYS_OF_YEAR = 365;

/** The day that a text names, counted from 1970-01-01; `none` for never. Day 0 means different things to different programs. */
export function parseExpiry(text: string): number | "none" | undefined {
  if (text === "never") return "none";
  const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? [];
  if (year === undefined || Number(year) < EPOCH_YEAR) return undefined;
  const months = monthsOf(Number(year));
  const length = months[Number(month) - 1];
  if (length === undefined || Number(date) < 1 || Number(date) > length) return undefined;
  const day = daysBefore(Number(year)) + sum(months.slice(0, Number(month) - 1)) + Number(date) - 1;
  return day > 0 ? day : undefined;
}

/** The text for a day, or for none; `undefined` for what cannot be written. */
export function formatExpiry(day: number | undefined): string | undefined {
  if (day === undefined) return "never";
  if (day < 0 || day >= daysBefore(LAST_YEAR + 1)) return undefined;
  let year = EPOCH_YEAR + Math.floor(day / DAYS_OF_YEAR);
  while (daysBefore(year) > day) year -= 1;
  let rest = day - daysBefore(year);
  let month = 1;
  for (const length of monthsOf(year)) {
    if (rest < length) break;
    rest -= length;
    month += 1;
  }
  const digits = (value: number): string => String(value).padStart(2, "0");
  return `${year}-${digits(month)}-${digits(rest + 1)}`;
}

function monthsOf(year: number): readonly number[] {
  return DAYS_OF_MONTHS.map((days, at) => (at + 1 === FEBRUARY && isLeap(year) ? days + 1 : days));
}

function isLeap(year: number): boolean {
  return leapsUpTo(year) !== leapsUpTo(year - 1);
}

/** Days from 1970-01-01 to the first of a year. */
function daysBefore(year: number): number {
  const leaps = leapsUpTo(year - 1) - leapsUpTo(EPOCH_YEAR - 1);
  return (year - EPOCH_YEAR) * DAYS_OF_YEAR + leaps;
}

function leapsUpTo(year: number): number {
  return Math.floor(year / 4) - Math.floor(year / 100) + Math.floor(year / 400);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
