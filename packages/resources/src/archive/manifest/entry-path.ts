import { Fault } from "@holdfast/core";
import { encodeText } from "../../byte-text.ts";

const MAX_NAME_BYTES = 255;
const MAX_DEPTH = 64;
/** Of a path in an archive, and of what a link in one leads to. */
export const MAX_ENTRY_PATH_BYTES = 2048;

/**
 * The names on a path in an archive: no slash at its beginning, no `..`, no control characters, nothing that is not Unicode.
 * Empty for the archive's own top.
 * @throws {Fault} ArchiveUnsafe.
 */
export function namesOf(path: string): readonly string[] {
  if (path.startsWith("/")) throw unsafe(`the path ${shown(path)} begins at the root`);
  // What is no UTF-8 was read as this character, and two names could be one.
  if (/[\p{Cc}\ufffd]/u.test(path)) {
    throw unsafe(`the path ${shown(path)} has characters that no name should have`);
  }
  const names = path.split("/").filter((name) => name !== "" && name !== ".");
  if (names.includes("..")) throw unsafe(`the path ${shown(path)} has .. in it`);
  const isLong = names.length > MAX_DEPTH || encodeText(path).length > MAX_ENTRY_PATH_BYTES;
  if (isLong || names.some((name) => encodeText(name).length > MAX_NAME_BYTES)) {
    throw unsafe(`the path ${shown(path)} is too long or too deep`);
  }
  return names;
}

/** The paths above a path, the nearest last; without the top. */
export function pathsAbove(path: string): readonly string[] {
  const names = path.split("/");
  return names.slice(1).map((_, at) => names.slice(0, at + 1).join("/"));
}

/** A path in an archive as one on the host; the top is the directory itself. */
export function pathIn(directory: string, path: string): string {
  return path === "" ? directory : `${directory}/${path}`;
}

/** The fault of an archive that is refused. `why` completes "the archive is not extracted: …". */
export function unsafe(why: string): Fault {
  return new Fault({
    reason: "ArchiveUnsafe",
    message: `the archive is not extracted: ${why}`,
    resolution:
      "Find out why it is made so; leave single entries out with exclude, or have a better one made.",
  });
}

/** A name out of an archive, for a message: in quotes, and not longer than a line. */
export function shown(path: string): string {
  return JSON.stringify(path.length > 200 ? `${path.slice(0, 200)}…` : path);
}
