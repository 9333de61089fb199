import { gunzipSync } from "node:zlib";
import { type FileReader, type FileReadRequest, shownText } from "@holdfast/core";
import { namesIn } from "./owned-paths.ts";

const LOGS = "/var/log/apt";
/** The packages that Debian's installer has installed. */
const INITIAL = "/var/log/installer/initial-status.gz";
/** A log is kept for a month, and twelve of them. */
const MOST_LOGS = 24;
const MOST_PACKED_BYTES = 4 * 1024 * 1024;
const MOST_BYTES = 32 * 1024 * 1024;

/** How packages came to be asked for, as far as logs tell. */
export interface PackageHistory {
  /** By name: when somebody last asked for it, and who. */
  readonly asked: ReadonlyMap<string, AskedFor>;
  /** What the installer has installed. */
  readonly initial: ReadonlySet<string>;
}

/** One time that somebody asked for a package. */
export interface AskedFor {
  /** `2026-05-20`, in the machine's own time. */
  readonly day: string;
  /** The user who became root for it. */
  readonly by?: string;
}

/** Reads apt's history and what the installer has left. A missing or unreadable file adds nothing. */
export async function readPackageHistory(
  files: FileReader,
  signal: AbortSignal,
): Promise<PackageHistory> {
  const names = (await namesIn(files, LOGS, signal).catch(() => []))
    .filter((name) => /^history\.log(?:\.\d{1,3}(?:\.gz)?)?$/.test(name))
    .toSorted((one, other) => ageOf(other) - ageOf(one))
    .slice(-MOST_LOGS);
  const paths = [...names.map((name) => `${LOGS}/${name}`), INITIAL];
  const requests = paths.map((path): FileReadRequest => {
    return { path, content: "bytes", maxBytes: MOST_PACKED_BYTES };
  });
  const found = await files.readMany(requests, signal);
  const texts = found.map((reading, at) => {
    const bytes = reading.type === "present" ? reading.value.bytes : undefined;
    return bytes === undefined ? "" : textOf(bytes, paths[at] ?? "");
  });
  const initial = [...(texts.at(-1) ?? "").matchAll(/^Package: (\S+)$/gm)];
  return {
    asked: new Map(texts.slice(0, -1).flatMap(askedIn)),
    initial: new Set(initial.map(([, name = ""]) => name)),
  };
}

/** `history.log` is the newest, `history.log.1.gz` the one before. */
function ageOf(name: string): number {
  return Number(/\.(\d+)/.exec(name)?.[1] ?? 0);
}

function textOf(bytes: Uint8Array, path: string): string {
  if (!path.endsWith(".gz")) return new TextDecoder().decode(bytes);
  try {
    return gunzipSync(bytes, { maxOutputLength: MOST_BYTES }).toString("utf8");
  } catch (error) {
    // A log that is damaged, or longer than any, is no evidence.
    if (error instanceof Error && "code" in error) return "";
    throw error;
  }
}

/** Of each run of apt: the packages that it installed and that did not come along with others. */
function askedIn(history: string): readonly (readonly [string, AskedFor])[] {
  return history.split(/\n{2,}/).flatMap((run) => {
    const [, day] = /^Start-Date: (\d{4}-\d{2}-\d{2}) /m.exec(run) ?? [];
    const [, by] = /^Requested-By: (.+?)(?: \(\d+\))?$/m.exec(run) ?? [];
    const [, installed = ""] = /^Install: (.*)$/m.exec(run) ?? [];
    if (day === undefined) return [];
    const asked = { day, ...(by === undefined ? {} : { by: shownText(by, 64) }) };
    return [...installed.matchAll(/([^\s:,()]+):[a-z0-9-]+ \(([^)]*)\)/g)].flatMap(
      ([, name = "", words = ""]) =>
        words.endsWith(", automatic") ? [] : [[name, asked] as const],
    );
  });
}
