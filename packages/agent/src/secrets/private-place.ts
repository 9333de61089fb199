import { mkdtempSync, rmSync, statfsSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Linux's magic number of a file system that is in memory only. */
const TMPFS = 0x01021994;

/** A directory that only its owner can enter. Disposing removes it with all that is in it, and so does the process's end. */
export interface PrivatePlace extends Disposable {
  readonly directory: string;
  /** False: what is written there may stay on a disk although it was removed. */
  readonly isInMemory: boolean;
}

/** Makes a private directory, in memory where there is a place for that: XDG_RUNTIME_DIR, /run, /dev/shm, else a disk. */
export function openPrivatePlace(
  environment: Readonly<Record<string, string | undefined>>,
): PrivatePlace {
  const candidates = [environment["XDG_RUNTIME_DIR"] ?? "", "/run", "/dev/shm"];
  const found = candidates
    .filter(isTmpfs)
    .map(make)
    .find((made) => made !== undefined);
  const directory = found ?? mkdtempSync(join(tmpdir(), PREFIX));
  const remove = (): void => rmSync(directory, { recursive: true, force: true });
  process.on("exit", remove);
  return {
    directory,
    isInMemory: found !== undefined,
    [Symbol.dispose]() {
      process.off("exit", remove);
      remove();
    },
  };
}

const PREFIX = "holdfast-secrets-";

function isTmpfs(path: string): boolean {
  if (!path.startsWith("/")) return false;
  const entry = statSync(path, { throwIfNoEntry: false });
  return entry?.isDirectory() === true && statfsSync(path).type === TMPFS;
}

/** `undefined` where this user may not. */
function make(parent: string): string | undefined {
  try {
    return mkdtempSync(join(parent, PREFIX));
  } catch {
    // The next place is tried.
    return undefined;
  }
}
