import { Fault } from "@holdfast/core";

/** LOCK_EX and LOCK_NB of flock(2); the same numbers on Linux and macOS. */
const EXCLUSIVE = 2;
const NON_BLOCKING = 4;

/** Takes the exclusive lock of an open file without waiting. */
export type Flock = (descriptor: number) => "taken" | "held";

/**
 * Loads flock(2), which Node does not offer, through koffi, on first use only: it costs a few milliseconds.
 * @throws {Fault} LedgerUnavailable, when koffi or the call does not exist here.
 */
export async function loadFlock(): Promise<Flock> {
  try {
    const { default: koffi } = await import("koffi");
    // The symbols of the running program, so that the name of the C library does not matter.
    const call: (descriptor: number, operation: number) => number = koffi
      .load(null)
      .func("int flock(int, int)");
    const { EWOULDBLOCK, EINTR } = koffi.os.errno;
    return (descriptor) => {
      for (;;) {
        if (call(descriptor, EXCLUSIVE | NON_BLOCKING) === 0) return "taken";
        const errno = koffi.errno();
        if (errno === EWOULDBLOCK) return "held";
        if (errno !== EINTR) throw refusedFault(errno);
      }
    };
  } catch (error) {
    throw new Fault({
      reason: "LedgerUnavailable",
      message: "the lock that keeps two agents apart cannot be taken: koffi does not load here",
      resolution: "Install holdfast again with its koffi for this platform.",
      cause: error,
    });
  }
}

function refusedFault(errno: number): Fault {
  return new Fault({
    reason: "LedgerUnavailable",
    message: `the file system refuses flock(2) with error ${errno}`,
    resolution: "Keep the agent's files on a local file system.",
  });
}
