import { shownText } from "@holdfast/core";

/** One line of dpkg's log about a package, or about a configuration file of one. */
export type DpkgEntry =
  | {
      readonly type: "action";
      readonly atMs: number;
      readonly action: string;
      /** With the architecture, e.g. `nginx:amd64`. */
      readonly package: string;
      /** What it comes to; `undefined` when it goes. */
      readonly version: string | undefined;
    }
  | {
      readonly type: "status";
      readonly atMs: number;
      readonly package: string;
      readonly version: string | undefined;
    };

/** Package names of Debian's policy 5.6.1, and an architecture behind a colon. */
const PACKAGE = /^[a-z0-9][a-z0-9+.-]*(?::[a-z0-9-]+)?$/;
const ACTIONS = /^(?:install|upgrade|configure|trigproc|disappear|remove|purge)$/;
const LONGEST_VERSION_CHARACTERS = 80;

/**
 * Reads one line of dpkg's log (dpkg(1), `--log`), whose times are local; `undefined` for one that is about no package or
 * is no line of it.
 */
export function parseDpkgLine(line: string): DpkgEntry | undefined {
  const [day = "", time = "", verb = "", ...words] = line.split(" ");
  const atMs = parseLocalTime(day, time);
  if (atMs === undefined) return undefined;
  if (verb === "status") {
    const [, name = "", version] = words;
    if (!PACKAGE.test(name)) return undefined;
    return { type: "status", atMs, package: name, version: shownVersion(version) };
  }
  const [name = "", from, to] = words;
  if (!ACTIONS.test(verb) || !PACKAGE.test(name)) return undefined;
  const version = shownVersion(to) ?? (verb === "configure" ? shownVersion(from) : undefined);
  return { type: "action", atMs, action: verb, package: name, version };
}

/** `2026-11-21` and `07:00:40` as milliseconds since 1970, by the clock on the wall here; `undefined` for anything else. */
export function parseLocalTime(day: string, time: string): number | undefined {
  const date = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  const clock = /^(\d{2}):(\d{2}):(\d{2})$/.exec(time);
  if (date === null || clock === null) return undefined;
  const [, year, month, dayOfMonth] = date.map(Number);
  const [, hours, minutes, seconds] = clock.map(Number);
  if (year === undefined || month === undefined || dayOfMonth === undefined) return undefined;
  const atMs = new Date(year, month - 1, dayOfMonth, hours, minutes, seconds).getTime();
  return Number.isNaN(atMs) ? undefined : atMs;
}

function shownVersion(text: string | undefined): string | undefined {
  if (text === undefined || text === "" || text === "<none>") return undefined;
  return shownText(text, LONGEST_VERSION_CHARACTERS);
}
