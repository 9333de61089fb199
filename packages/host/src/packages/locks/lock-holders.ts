import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type PackageLockHolder, shownText } from "@holdfast/core";
import { codeOf } from "../../system/error-code.ts";
import { resolveInside } from "../../system/resolve-inside.ts";
import { type AskLock, loadAskLock } from "./record-lock.ts";

const MOST_NAME_CHARACTERS = 64;

/** Finds out who holds the first of some locks that is held. */
export class LockHolders {
  readonly #root: string;
  readonly #paths: readonly string[];
  #ask: Promise<AskLock> | undefined;

  constructor(root: string, paths: readonly string[]) {
    this.#root = root;
    this.#paths = paths;
  }

  /**
   * Whoever holds one of the locks, but for this process; `undefined` when all are free.
   * @throws {Fault} PermissionDenied, HostFailed, UnsupportedPlatform.
   */
  async find(): Promise<PackageLockHolder | undefined> {
    this.#ask ??= loadAskLock();
    const ask = await this.#ask;
    for (const path of this.#paths) {
      const full = resolveInside(this.#root, path) ?? join(this.#root, path);
      const lock = ask(full);
      if (lock !== undefined) return holderOf(path, lock.pid);
    }
    return undefined;
  }
}

/** A holder with the name of its program, which may have ended meanwhile. */
export function holderOf(path: string, pid: number | undefined): PackageLockHolder {
  if (pid === undefined) return { path };
  const program = programOf(pid);
  return program === undefined ? { path, pid } : { path, pid, program };
}

function programOf(pid: number): string | undefined {
  try {
    return shownText(readFileSync(`/proc/${pid}/comm`, "latin1").trimEnd(), MOST_NAME_CHARACTERS);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return undefined;
  }
}
