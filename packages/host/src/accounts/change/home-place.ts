import type { FileEntry, FileReader, LocalUser } from "@holdfast/core";

/** What is at the place of a home directory; `undefined` for nothing. @throws {Fault} why it is unknown. */
export async function readHome(
  files: FileReader,
  path: string,
  signal: AbortSignal,
): Promise<FileEntry | undefined> {
  const reading = await files.read({ path, content: "none" }, signal);
  if (reading.type === "unknown") throw reading.fault;
  return reading.type === "present" ? reading.value.entry : undefined;
}

/**
 * Tells whether a directory is one user's own, so that it may be moved or removed for it: the user owns it, and it is not
 * a directory right below the root, such as /srv or /root.
 */
export function ownsHome({ uid }: LocalUser, path: string, entry: FileEntry): boolean {
  const depth = path.split("/").filter((name) => name !== "").length;
  return depth >= 2 && entry.type === "directory" && entry.uid === uid;
}
