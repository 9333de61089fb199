import type { LogCalls, LogFileCalls } from "@holdfast/daemonkit/appendlog";

/**
 * The calls of a disk with something before each of them, and in the middle of each write: there a test kills the process,
 * or makes it wait.
 */
export function hookedLogCalls(calls: LogCalls, before: () => Promise<void> | void): LogCalls {
  async function hooked<T>(work: () => Promise<T>): Promise<T> {
    await before();
    return work();
  }
  const wrapped = (file: LogFileCalls): LogFileCalls => ({
    sizeBytes: () => hooked(() => file.sizeBytes()),
    observe: () => hooked(() => file.observe()),
    read: (from, length) => hooked(() => file.read(from, length)),
    async append(bytes) {
      await before();
      const half = Math.ceil(bytes.length / 2);
      const written = await file.append(bytes.subarray(0, half));
      await before();
      return written < half ? written : half + (await file.append(bytes.subarray(half)));
    },
    truncate: (sizeBytes) => hooked(() => file.truncate(sizeBytes)),
    sync: () => hooked(() => file.sync()),
    takeName: (path) => hooked(() => file.takeName(path)),
    syncDirectory: () => hooked(() => file.syncDirectory()),
    close: () => hooked(() => file.close()),
  });
  return {
    open: (path) => hooked(async () => wrapped(await calls.open(path))),
    openToRead: (path) => hooked(() => calls.openToRead(path)),
    create: (path) => hooked(async () => wrapped(await calls.create(path))),
    remove: (path) => hooked(() => calls.remove(path)),
    moveObstacle: (from, to) => hooked(() => calls.moveObstacle(from, to)),
    list: (path) => hooked(() => calls.list(path)),
  };
}
