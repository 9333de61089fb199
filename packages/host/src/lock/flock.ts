import { loadNative } from "@holdfast/daemonkit/machine";
import { hostFault } from "../storage/host-fault.ts";

/** Takes the exclusive lock of an open file without waiting. */
export type Flock = (descriptor: number) => "taken" | "held";

/**
 * Loads flock(2), which Node does not offer, on first use only: it costs a few milliseconds.
 * @throws {Fault} LedgerUnavailable, from the returned function, when the call does not exist here or is refused.
 */
export async function loadFlock(): Promise<Flock> {
  const native = await loadNative();
  return (descriptor) => {
    try {
      return native.lockFile(descriptor);
    } catch (error) {
      throw hostFault(error, "LedgerUnavailable");
    }
  };
}
