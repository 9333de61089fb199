import type { FileReader } from "@holdfast/core";
import type { AccountSystem } from "./account-system.ts";

/** The lock that programs and systemd take with fcntl(2). The file is always there. */
const RECORD_LOCK = "/etc/.pwd.lock";
/** The locks that are there while they are held, with the pid of the holder in them. */
const LOCK_FILES = ["passwd", "shadow", "group", "gshadow", "subuid", "subgid"].map(
  (name) => `/etc/${name}.lock`,
);

/** A lock of the files of accounts. */
export interface AccountLock {
  readonly path: string;
  /** `undefined`: nothing says who it is. */
  readonly pid: number | undefined;
}

/** The locks as they are now. */
export interface LocksInSight {
  /** Somebody works on the files, or left a lock that only a person can judge. */
  readonly held: AccountLock | undefined;
  /** Locks of processes that are no more; the shadow tools replace them. */
  readonly stale: readonly AccountLock[];
}

/** Observes the locks. @throws {Fault} why a lock cannot be read; Aborted. */
export async function observeLocks(
  { files, system }: { readonly files: FileReader; readonly system: AccountSystem },
  signal: AbortSignal,
): Promise<LocksInSight> {
  const owner = await system.recordLockOwner(RECORD_LOCK);
  const requests = LOCK_FILES.map((path) => ({ path, content: "bytes", maxBytes: 64 }) as const);
  const readings = await files.readMany(requests, signal);
  const stale: AccountLock[] = [];
  let held = owner === undefined ? undefined : { path: RECORD_LOCK, pid: owner || undefined };
  for (const [position, path] of LOCK_FILES.entries()) {
    const reading = readings[position];
    if (reading === undefined || reading.type === "absent") continue;
    if (reading.type === "unknown") throw reading.fault;
    const pid = pidIn(reading.value.bytes);
    const isStale = pid !== undefined && system.processName(pid) === undefined;
    if (isStale) stale.push({ path, pid });
    else held ??= { path, pid };
  }
  return { held, stale };
}

/** Words for a lock: `/etc/passwd.lock is held by vipw (pid 12)`. */
export function describeLock({ path, pid }: AccountLock, system: AccountSystem): string {
  if (pid === undefined) return `${path} does not say who holds it`;
  const name = system.processName(pid);
  return name === undefined
    ? `${path} is held by pid ${pid}`
    : `${path} is held by ${name} (pid ${pid})`;
}

function pidIn(bytes: Uint8Array | undefined): number | undefined {
  const text = bytes === undefined ? "" : new TextDecoder().decode(bytes);
  const digits = /^\s*([1-9]\d{0,9})(?!\d)/.exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
