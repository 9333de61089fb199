import { posix } from "node:path";
import type { FileReader } from "@holdfast/core";

/** Where udev keeps a link for each tag. */
const TAGS: Readonly<Record<string, string>> = {
  UUID: "by-uuid",
  LABEL: "by-label",
  PARTUUID: "by-partuuid",
  PARTLABEL: "by-partlabel",
  ID: "by-id",
};
/** Links of links: `/dev/vg/data` → `../mapper/vg-data` → `../dm-0`. */
const MOST_LINKS = 4;

/**
 * The devices that names stand for: tags by the links of udev, and links below /dev. Those that lead nowhere, and what is no
 * name of a device, are left out.
 */
export async function resolveDevices(
  names: Iterable<string>,
  files: FileReader,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const devices = new Map<string, string>();
  let paths = new Map(
    [...new Set(names)].flatMap((name) => {
      const path = devicePath(name);
      return path === undefined ? [] : [[name, path] as const];
    }),
  );
  for (let links = 0; paths.size > 0 && links <= MOST_LINKS; links++) {
    const entries = [...paths];
    const requests = entries.map(([, path]) => ({ path, content: "none" }) as const);
    const readings = await files.readMany(requests, signal);
    paths = new Map();
    for (const [position, [name, path]] of entries.entries()) {
      const reading = readings[position];
      if (reading?.type !== "present") continue;
      const { entry, linkTarget } = reading.value;
      if (entry.type !== "link") devices.set(name, path);
      else if (linkTarget !== undefined) {
        paths.set(name, posix.resolve(posix.dirname(path), linkTarget));
      }
    }
  }
  return devices;
}

/** The path by which a source is found below /dev; `undefined` for a source that is no device. */
export function devicePath(source: string): string | undefined {
  if (source.startsWith("/dev/")) return source;
  const equals = source.indexOf("=");
  const directory = TAGS[source.slice(0, Math.max(0, equals))];
  if (directory === undefined) return undefined;
  const value = source.slice(equals + 1).replace(/^"(.*)"$/, "$1");
  return `/dev/disk/${directory}/${udevName(value)}`;
}

/** udev writes what it does not trust in a name as `\x20`; UTF-8 stays. */
function udevName(value: string): string {
  return value.replace(/[^\w#+\-.:=@\u0080-\u{10FFFF}]/gu, (character) => {
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
}
