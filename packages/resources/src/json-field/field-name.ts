import type { BindReport, Ownership, Thing } from "@holdfast/core";

/** More than any file has in use; with a value of the deepest kind it stays within what a document may nest. */
const MAX_KEYS = 50;

/** Reads a field, dotted or as a list of keys, and reports one that names nothing. */
export function bindField(
  field: string | readonly string[],
  report: BindReport,
): readonly string[] {
  const keys = typeof field === "string" ? field.split(".") : field;
  if (typeof field === "string" && keys.includes("")) {
    const detail = `"${field}" has an empty key in it: write a.b, or a list of keys, e.g. ["a", ""]`;
    report("field", "not a field", detail);
  } else if (keys.length === 0) {
    report("field", "not a field", "the list of keys is empty: name the field");
  } else if (keys.length > MAX_KEYS) {
    report("field", "not a field", `a field has at most ${MAX_KEYS} keys`);
  }
  return keys;
}

/** A field as an author would write it: dotted where that is unmistakable, else as a list. */
export function showField(keys: readonly string[]): string {
  const isPlain = keys.every((key) => /^[^\s."[\]]+$/.test(key));
  return isPlain ? keys.join(".") : JSON.stringify(keys);
}

/**
 * What a field owns: itself wholly, and of what it lies in only a part. So `a` and `b`, or `a.b` and `a.c`, go
 * together, and `a` and `a.b` do not. The file is owned in part, as by every other kind that edits it.
 */
export function ownedByField(path: string, keys: readonly string[]): readonly Ownership[] {
  const own: Ownership = { thing: fieldThing(path, keys), isWhole: true };
  const around = keys
    .slice(1)
    .map((_, length) => ({ thing: fieldThing(path, keys.slice(0, length + 1)), isWhole: false }));
  return [{ thing: `path:${path}`, isWhole: false }, ...around, own];
}

/** As a JSON pointer (RFC 6901) behind the path. `#` is escaped too, so that the last one divides the two. */
function fieldThing(path: string, keys: readonly string[]): Thing {
  const escaped = keys.map((key) =>
    key.replaceAll("~", "~0").replaceAll("/", "~1").replaceAll("#", "~2"),
  );
  return `json:${path}#/${escaped.join("/")}`;
}
