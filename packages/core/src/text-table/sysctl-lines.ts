import type { LineFormat, LineMeaning } from "./text-table.ts";

/** One line of sysctl.d(5). */
export interface SysctlEntry {
  /** The path under /proc/sys, e.g. `net/ipv4/ip_forward`, whichever way it is written. */
  readonly path: string;
  readonly value: string;
  /** A `-` stands before it: a failure to set it is not one. */
  readonly mayFail: boolean;
}

/** A file of sysctl.d. The last line of a key counts. */
export const sysctlFormat: LineFormat<SysctlEntry> = {
  counts: "last",
  carriageReturn: "ending",
  keyOf: ({ path }) => path,
  print: ({ path, value, mayFail }) => `${mayFail ? "-" : ""}${writtenKey(path)} = ${value}`,
  update(text, { value, mayFail }) {
    const { key, start } = splitLine(text);
    const written = text.slice(0, start).replace(/^(\s*)-?/, mayFail ? "$1-" : "$1");
    return key === undefined ? text : written + value;
  },
  parse: parseLine,
};

/** The path of a key in either spelling: whichever of `.` and `/` comes first separates, the other is in a name. */
export function sysctlPath(key: string): string {
  const separator = /[./]/.exec(key)?.[0];
  return separator === "." ? swapSeparators(key) : key;
}

function parseLine(text: string): LineMeaning<SysctlEntry> {
  if (/^\s*(?:$|[#;])/.test(text)) return { type: "other" };
  const { key, start } = splitLine(text);
  const name = key?.replace(/^-/, "");
  if (name !== undefined && /^[^\s-]\S*$/.test(name)) {
    const value = text.slice(start).trimEnd();
    return { type: "entry", entry: { path: sysctlPath(name), value, mayFail: name !== key } };
  }
  // `-key` alone keeps systemd from setting what a glob names.
  if (key === undefined && /^-[^\s-]\S*$/.test(text.trim())) return { type: "other" };
  return { type: "broken", why: "has no = between a key and a value" };
}

/** The key with its sign, and where the value starts; without `=` there is none. */
function splitLine(text: string): { readonly key?: string; readonly start: number } {
  const equals = text.indexOf("=");
  if (equals < 0) return { start: text.length };
  const value = text.slice(equals + 1);
  const start = text.length - value.trimStart().length;
  return { key: text.slice(0, equals).trim(), start };
}

/** With dots, as people write it; with slashes where a name has a dot in it. */
function writtenKey(path: string): string {
  return path.includes(".") ? path : swapSeparators(path);
}

function swapSeparators(key: string): string {
  return key.replace(/[./]/g, (separator) => (separator === "." ? "/" : "."));
}
