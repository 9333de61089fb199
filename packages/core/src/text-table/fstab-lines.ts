import { replaceFields, splitFields } from "./spaced-fields.ts";
import type { LineFormat, LineMeaning } from "./text-table.ts";

/** One line of fstab(5), with what the escapes of the file mean. */
export interface FstabEntry {
  /** A device, `UUID=…`, or whatever the file system type takes. */
  readonly source: string;
  /** A directory; `none` for swap. */
  readonly mountPoint: string;
  readonly type: string;
  readonly options: readonly string[];
  /** Default 0, as for `pass`. */
  readonly dump: number;
  readonly pass: number;
}

const FIELDS = 6;

/** /etc/fstab. A mount point is the key; where there is none, as for swap, the source is. */
export const fstabFormat: LineFormat<FstabEntry> = {
  counts: "first",
  carriageReturn: "ending",
  keyOf: fstabKey,
  print: (entry) => printFields(entry).join(" "),
  update(text, entry) {
    const written = splitFields(text);
    // Numbers that are left out and are the default stay so; what follows them is not the file's.
    const fields = printFields(entry).slice(0, Math.max(written.length, neededFields(entry)));
    return replaceFields(text, [...fields, ...written.slice(FIELDS)]);
  },
  parse: parseLine,
};

/** What an entry is found by. */
export function fstabKey({ source, mountPoint }: FstabEntry): string {
  return mountPoint === "none" ? source : mountPoint;
}

function parseLine(text: string): LineMeaning<FstabEntry> {
  const fields = splitFields(text);
  const [source, mountPoint, type, options = "defaults", dump = "0", pass = "0"] = fields;
  if (source === undefined || source.startsWith("#")) return { type: "other" };
  if (mountPoint === undefined || type === undefined) {
    return { type: "broken", why: "has no mount point or no type" };
  }
  if (!/^\d{1,3}$/.test(dump) || !/^\d{1,3}$/.test(pass)) {
    return { type: "broken", why: "has no number in its last fields" };
  }
  const entry = {
    source: unescapeField(source),
    mountPoint: unescapeField(mountPoint),
    type: unescapeField(type),
    options: unescapeField(options).split(","),
    dump: Number(dump),
    pass: Number(pass),
  };
  return { type: "entry", entry };
}

function printFields(entry: FstabEntry): readonly string[] {
  const { source, mountPoint, type, options, dump, pass } = entry;
  const words = [source, mountPoint, type, options.join(",")].map(escapeField);
  return [...words, String(dump), String(pass)];
}

function neededFields({ dump, pass }: FstabEntry): number {
  if (pass !== 0) return FIELDS;
  return dump === 0 ? FIELDS - 2 : FIELDS - 1;
}

function escapeField(field: string): string {
  return field.replace(/[ \t\n\r\\#]/g, (character) => {
    return `\\${character.charCodeAt(0).toString(8).padStart(3, "0")}`;
  });
}

function unescapeField(field: string): string {
  return field.replace(/\\([0-3][0-7]{2})/g, (_whole, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
