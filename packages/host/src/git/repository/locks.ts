import * as fs from "node:fs";
import type { FileWriter, Log } from "@holdfast/core";
import { codeOf } from "../../system/error-code.ts";
import { newAttempt } from "./new-attempt.ts";
import { lockedCheckout } from "../run/git-faults.ts";

/** Locks that stop a git in a checkout. Those of single refs are found by git itself. */
const LOCKS = ["index.lock", "HEAD.lock", "shallow.lock", "packed-refs.lock", "config.lock"];
/** Says that a git of ours is at work; where it stays, that git was killed. */
const MARKER = "holdfast.running";

/** A checkout to work in: its path inside the root, and on the machine. */
export interface LockedPlace {
  readonly path: string;
  readonly directory: string;
}

/** What the locks of a checkout are handled with. */
export interface LockTools {
  readonly files: FileWriter;
  readonly log: Log;
}

/**
 * Refuses to work where another git holds a lock, or left one when it was killed. Locks that were left by a git of ours are
 * removed, when no process works in the checkout any more.
 * @throws {Fault} CheckoutLocked, with the lock's path and who holds it.
 */
export async function refuseLocked(
  { files, log }: LockTools,
  { path, directory }: LockedPlace,
  signal: AbortSignal,
): Promise<void> {
  const held = await present(
    files,
    LOCKS.map((name) => `${path}/.git/${name}`),
    signal,
  );
  const [first] = held;
  if (first === undefined) return;
  const holder = processIn(directory);
  const ours = await present(files, [markerOf(path)], signal);
  if (holder !== undefined || ours.length === 0) throw lockedCheckout(first, holder);
  for (const lock of held) {
    log.warn("a lock of a git that was killed is removed", { path: lock });
    await files.remove({ path: lock }, signal);
  }
}

/** Does work with git in a checkout, so that locks which it leaves when it is killed are known as ours. */
export async function withMarker<T>(
  { files }: LockTools,
  path: string,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  const content = new TextEncoder().encode("A git of Holdfast works here, or was killed.\n");
  await files.write({ path: markerOf(path), content, attempt: newAttempt(), mode: 0o600 }, signal);
  const result = await work();
  await files.remove({ path: markerOf(path) }, signal);
  return result;
}

function markerOf(path: string): string {
  return `${path}/.git/${MARKER}`;
}

async function present(
  files: FileWriter,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const requests = paths.map((path) => ({ path, content: "none" as const }));
  const found = await files.readMany(requests, signal);
  return paths.filter((_, position) => found[position]?.type === "present");
}

/** Words for a process that works in a directory; `undefined` when none does that we may know of. */
function processIn(directory: string): string | undefined {
  for (const pid of fs.readdirSync("/proc")) {
    if (!/^\d+$/.test(pid) || pid === String(process.pid)) continue;
    const current = readOf(() => fs.readlinkSync(`/proc/${pid}/cwd`));
    if (current !== directory && current?.startsWith(`${directory}/`) !== true) continue;
    const name = readOf(() => fs.readFileSync(`/proc/${pid}/comm`, "utf8").trim()) ?? "a process";
    return `${name} (pid ${pid})`;
  }
  return undefined;
}

/** Processes that end meanwhile, and those of others, tell nothing. */
const UNKNOWABLE: ReadonlySet<string | undefined> = new Set(["ENOENT", "ESRCH", "EACCES", "EPERM"]);

function readOf(read: () => string): string | undefined {
  try {
    return read();
  } catch (error) {
    if (UNKNOWABLE.has(codeOf(error))) return undefined;
    throw error;
  }
}
