import { fstatSync } from "node:fs";

/**
 * Whether systemd's journal is at the other end of a file descriptor of ours: `JOURNAL_STREAM` names the device and the
 * inode that the service was started with, and a child whose output goes elsewhere inherits the variable too.
 */
export function isJournalStream(
  fileDescriptor: number,
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  const named = environment["JOURNAL_STREAM"] ?? "";
  if (named === "") return false;
  try {
    const { dev, ino } = fstatSync(fileDescriptor, { bigint: true });
    return named === `${dev}:${ino}`;
  } catch (error) {
    // A descriptor that is closed leads nowhere.
    if (error instanceof Error && "code" in error) return false;
    throw error;
  }
}
