import { isAccountId, parseAccountId } from "../accounts/account-id.ts";
import type { IdRange } from "../accounts/local-user.ts";
import { parseColonLine } from "./colon-fields.ts";
import type { LineFormat } from "./text-table.ts";

/** One line of subuid(5) or subgid(5). */
export interface SubordinateEntry extends IdRange {
  /** A user by name, or by uid as text. */
  readonly owner: string;
}

/** /etc/subuid and /etc/subgid. One owner may have several lines, so the whole line is the key. */
export const subordinateFormat: LineFormat<SubordinateEntry> = {
  counts: "first",
  carriageReturn: "field",
  keyOf: printRange,
  print: printRange,
  parse: (text) => parseColonLine(text, 3, parseFields),
};

function printRange({ owner, first, count }: SubordinateEntry): string {
  return `${owner}:${first}:${count}`;
}

function parseFields([owner = "", firstText, countText]: readonly string[]):
  | SubordinateEntry
  | string {
  const first = parseAccountId(firstText);
  const count = parseAccountId(countText);
  if (first === undefined || count === undefined || count === 0) return "names no range of ids";
  if (!isAccountId(first + count - 1)) return "names ids that there are not";
  return { owner, first, count };
}
