import { DaemonFault } from "../daemon-fault.ts";

/** koffi and the symbols of the running program, so that the name of the C library does not matter. */
export interface CLibrary {
  readonly koffi: Koffi;
  readonly symbols: ReturnType<Koffi["load"]>;
}

type Koffi = typeof import("koffi").default;

/**
 * Loads koffi.
 * @throws {DaemonFault} NativeUnavailable, when it is not installed for this platform.
 */
export async function loadCLibrary(): Promise<CLibrary> {
  try {
    const { default: koffi } = await import("koffi");
    return { koffi, symbols: koffi.load(null) };
  } catch (error) {
    throw new DaemonFault({
      reason: "NativeUnavailable",
      message: "locks, peer credentials and sd_notify are not available: koffi does not load here",
      resolution: "Install the package again with its koffi for this platform.",
      cause: error,
    });
  }
}

/** The fault of a call that failed just now. */
export function callFault({ koffi }: CLibrary, call: string): DaemonFault {
  const errno = koffi.errno();
  const name = errnoName(koffi, errno);
  return new DaemonFault({
    reason: "NativeFailed",
    message: `${call} failed with ${name}`,
    resolution: "Look the error up in the manual page of the call.",
  });
}

/** The name of an error number, e.g. `EAGAIN`; the number where it has none. */
export function errnoName(koffi: Koffi, errno: number): string {
  const found = Object.entries(koffi.os.errno).find(([, number]) => number === errno);
  return found?.[0] ?? String(errno);
}
