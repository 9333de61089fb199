import { type FSWatcher, watch } from "node:fs";
import { dirname } from "node:path";
import { type Clock, sleep } from "../clock.ts";
import { DaemonFault } from "../daemon-fault.ts";
import type { BoundSocket } from "./bind-socket.ts";

/** Where the system does not report changes, the socket is checked this often. */
const BETWEEN_OBSERVATIONS_MS = 30_000;

/**
 * Resolves when the signal is aborted.
 * @throws {DaemonFault} SocketLost, when the socket is no longer in its place; FileFailed.
 */
export async function untilLost(
  socket: Pick<BoundSocket, "isInPlace">,
  { socketPath, clock }: { readonly socketPath: string; readonly clock: Clock },
  signal: AbortSignal,
): Promise<void> {
  let wake = (): void => {};
  using _watcher = watchDirectory(dirname(socketPath), () => wake());
  while (!signal.aborted) {
    // Before the check, so that a change during it is not missed.
    const woken = new Promise<void>((resolve) => {
      wake = resolve;
    });
    if (!(await socket.isInPlace())) throw lostFault(socketPath);
    const round = new AbortController();
    const onAbort = (): void => round.abort();
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) round.abort();
    await Promise.race([woken, sleep(clock, BETWEEN_OBSERVATIONS_MS, round.signal)]);
    round.abort();
    signal.removeEventListener("abort", onAbort);
  }
}

/** Reports changes in a directory, as far as the system does: the caller also checks now and then. */
function watchDirectory(directory: string, onChange: () => void): Disposable {
  let watcher: FSWatcher | undefined;
  try {
    watcher = watch(directory, { persistent: false }, onChange);
    watcher.on("error", onChange);
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
  }
  return { [Symbol.dispose]: () => watcher?.close() };
}

function lostFault(socketPath: string): DaemonFault {
  return new DaemonFault({
    reason: "SocketLost",
    message: `the control socket ${socketPath} was removed or replaced`,
    resolution: "Find out what did that; it is made again.",
  });
}
