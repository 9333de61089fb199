import type { LineMeaning } from "./text-table.ts";

/** The meaning of a line of fields between colons, as passwd(5) and its kin have it. */
export function parseColonLine<Entry>(
  text: string,
  fieldCount: number,
  parse: (fields: readonly string[]) => Entry | string,
): LineMeaning<Entry> {
  // The lines of NIS begin with a sign, and the C library passes over comments and empty lines.
  if (/^\s*(?:$|#)/.test(text) || /^[+-]/.test(text)) return { type: "other" };
  const fields = text.split(":");
  if (fields.length !== fieldCount) {
    const why = `has ${fields.length} fields where ${fieldCount} belong`;
    return { type: "broken", why };
  }
  if (fields[0] === "") return { type: "broken", why: "has no name" };
  const entry = parse(fields);
  return typeof entry === "string" ? { type: "broken", why: entry } : { type: "entry", entry };
}

/** A field that holds names with commas between them. */
export function parseNames(field: string | undefined): readonly string[] {
  return (field ?? "").split(",").filter((name) => name !== "");
}

/** A field that holds a whole number or nothing; `"broken"` when it holds something else. */
export function parseOptionalNumber(field: string | undefined): number | undefined | "broken" {
  if (field === undefined || field === "") return undefined;
  return /^-?\d{1,10}$/.test(field) ? Number(field) : "broken";
}
