import { assert } from "@holdfast/core";

const PREFIX = ".holdfast-";

/**
 * The name of the temporary file of an attempt, in the directory of its target. It is found again after a crash by the
 * attempt that the journal holds, and two targets of one attempt do not meet. 51 bytes at most, whatever the target.
 */
export function temporaryName(name: string, attempt: string): string {
  assert(/^[A-Za-z0-9_-]{1,32}$/.test(attempt), `not an attempt: ${attempt}`);
  return `${PREFIX}${attempt}-${shortHash(name)}`;
}

/**
 * Likewise for a file that is checked before it takes its place. It ends like its target, because many tools tell by that
 * what a file is. It is in the directory of its target, so that what it includes by relative paths is found. Programs that
 * load every `*.conf` of a directory pass it over: a glob does not match a first dot, and systemd, apt, sudo, cron, dnsmasq
 * and kmod pass over names that begin with one. A few go by the ending alone, so only what is checked has one.
 */
export function checkedName(name: string, attempt: string): string {
  return temporaryName(name, attempt) + (/[^.](\.[A-Za-z0-9_-]{1,32})$/.exec(name)?.[1] ?? "");
}

/** Likewise for the copy that becomes the backup. */
export function temporaryBackupName(name: string, attempt: string): string {
  return `${temporaryName(name, attempt)}b`;
}

/** Every name that an attempt may have given a file beside its target. */
export function temporaryNames(name: string, attempt: string): readonly string[] {
  const names = [temporaryName, checkedName, temporaryBackupName].map((make) =>
    make(name, attempt),
  );
  return [...new Set(names)];
}

/** Whether a name is that of a temporary file of this attempt, whatever its target. */
export function isTemporaryOf(name: string, attempt: string): boolean {
  return name.startsWith(`${PREFIX}${attempt}-`);
}

/** FNV-1a, 32 bits: it only keeps the names of one attempt apart. */
function shortHash(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, "0");
}
