import type { UserAging } from "../accounts/local-user.ts";
import { parseColonLine, parseOptionalNumber } from "./colon-fields.ts";
import type { LineFormat } from "./text-table.ts";

/** One line of shadow(5). It holds a hash: never show one. */
export interface ShadowEntry {
  readonly name: string;
  /** The hash, with a `!` before it when the account is locked. */
  readonly password: string;
  readonly aging: UserAging;
  /** What shadow(5) keeps for later. */
  readonly reserved: string;
}

/** The fields of aging in the order of the line. */
const AGING = [
  "lastChangeDay",
  "minimumDays",
  "maximumDays",
  "warningDays",
  "inactiveDays",
  "expiryDay",
] as const satisfies readonly (keyof UserAging)[];

/** /etc/shadow. */
export const shadowFormat: LineFormat<ShadowEntry> = {
  counts: "first",
  carriageReturn: "field",
  keyOf: ({ name }) => name,
  print: ({ name, password, aging, reserved }) =>
    [name, password, ...AGING.map((field) => aging[field] ?? ""), reserved].join(":"),
  parse: (text) => parseColonLine(text, 9, parseFields),
};

function parseFields(fields: readonly string[]): ShadowEntry | string {
  const [name = "", password = ""] = fields;
  const aging: Partial<Record<keyof UserAging, number>> = {};
  for (const [position, field] of AGING.entries()) {
    const days = parseOptionalNumber(fields[position + 2]);
    if (days === "broken") return "has no number where days belong";
    if (days !== undefined) aging[field] = days;
  }
  return { name, password, aging, reserved: fields[8] ?? "" };
}
