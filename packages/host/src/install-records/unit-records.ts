import type { FileReader, FileReadRequest } from "@holdfast/core";
import { namesIn } from "./owned-paths.ts";

const RECORDS = "/var/lib/systemd/deb-systemd-helper-enabled";
const MASKS = "/var/lib/systemd/deb-systemd-helper-masked";
const LINKS = "/etc/systemd/system/";
const SUFFIX = ".dsh-also";
const MOST_RECORDS = 10_000;

/** What packages did to units when they were installed or removed (deb-systemd-helper(1p)). */
export interface UnitRecords {
  /** Units that packages may enable, and whether they did: the record alone does not say so. */
  readonly enabled: ReadonlyMap<string, boolean>;
  /** Units that were masked because their package was removed. */
  readonly masked: ReadonlySet<string>;
}

/** Reads what deb-systemd-helper has on record; nothing where it was never at work. */
export async function readUnitRecords(
  files: FileReader,
  signal: AbortSignal,
): Promise<UnitRecords> {
  const masked = new Set(await namesIn(files, MASKS, signal));
  const names = (await namesIn(files, RECORDS, signal))
    .filter((name) => name.endsWith(SUFFIX))
    .slice(0, MOST_RECORDS);
  const readings = await files.readMany(
    names.map((name): FileReadRequest => ({ path: `${RECORDS}/${name}`, content: "bytes" })),
    signal,
  );
  const links = readings.map((reading) =>
    reading.type === "present" && reading.value.bytes !== undefined
      ? linksIn(new TextDecoder().decode(reading.value.bytes))
      : [],
  );
  // Each link that was really made has a file of its own.
  const made = await presentOf(files, [...new Set(links.flat())], signal);
  const enabled = new Map(
    names.map((name, position) => {
      const isMade = links[position]?.some((link) => made.has(link)) ?? false;
      return [name.slice(0, -SUFFIX.length), isMade] as const;
    }),
  );
  return { enabled, masked };
}

function linksIn(text: string): readonly string[] {
  return text
    .split("\n")
    .filter((line) => line.startsWith(LINKS))
    .map((line) => line.slice(LINKS.length));
}

async function presentOf(
  files: FileReader,
  links: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const requests = links.map((link): FileReadRequest => {
    return { path: `${RECORDS}/${link}`, content: "none" };
  });
  const found = await files.readMany(requests, signal);
  return new Set(links.filter((_link, position) => found[position]?.type === "present"));
}
