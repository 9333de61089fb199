import { fileFault, type LogCalls, type LogFileCalls } from "@holdfast/daemonkit/appendlog";

/** Where a ledger lies. */
export interface LedgerPlace {
  readonly calls: LogCalls;
  /** Absolute. */
  readonly path: string;
}

/** What was put aside is called like the ledger, with this and a number behind it. */
const ASIDE = ".aside-";
/** So many are kept; after that the last one is written anew. */
const MOST_ASIDE = 9;
const CHUNK_BYTES = 256 * 1024;

/** Whether something was put aside here: then a ledger that is missing had a forerunner. */
export async function isSomethingAside({ calls, path }: LedgerPlace): Promise<boolean> {
  const [directory, name] = split(path);
  return (await calls.list(directory)).some((each) => each.startsWith(name + ASIDE));
}

/**
 * Copies a ledger that is about to be written anew, as evidence, and for a version that can read more of it. Half a copy
 * is no evidence: it is removed.
 * @returns the path of the copy.
 * @throws {DaemonFault} DiskFull, ReadOnly, PathUnsafe, FileFailed.
 */
export async function copyAside(place: LedgerPlace): Promise<string> {
  const { calls, path } = place;
  const aside = await freePath(place);
  try {
    await copy({ calls, path }, aside);
  } catch (error) {
    await calls.remove(aside).catch(() => undefined);
    throw fileFault(aside, error);
  }
  return aside;
}

async function copy({ calls, path }: LedgerPlace, aside: string): Promise<void> {
  const from = await calls.openToRead(path);
  const to = await calls.create(aside);
  try {
    for (let at = 0; from !== undefined; ) {
      const chunk = await from.read(at, CHUNK_BYTES);
      if (chunk.length === 0) break;
      await addAll(to, chunk);
      at += chunk.length;
    }
    await to.sync();
    await to.syncDirectory();
  } finally {
    await to.close();
    await from?.close();
  }
}

/**
 * Moves away what lies in the place of a ledger and is no file.
 * @returns where it is now; `undefined` when there was nothing of that kind.
 * @throws {DaemonFault} ReadOnly, PathUnsafe, FileFailed.
 */
export async function clearWay(place: LedgerPlace): Promise<string | undefined> {
  const aside = await freePath(place);
  return (await place.calls.moveObstacle(place.path, aside)) ? aside : undefined;
}

async function freePath({ calls, path }: LedgerPlace): Promise<string> {
  const [directory, name] = split(path);
  const taken = new Set(await calls.list(directory));
  let number = 1;
  while (number < MOST_ASIDE && taken.has(`${name}${ASIDE}${number}`)) number += 1;
  return `${path}${ASIDE}${number}`;
}

async function addAll(file: LogFileCalls, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; ) done += await file.append(bytes.subarray(done));
}

function split(path: string): readonly [directory: string, name: string] {
  const slash = path.lastIndexOf("/");
  return [path.slice(0, slash) || "/", path.slice(slash + 1)];
}
