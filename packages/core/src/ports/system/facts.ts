import type { Facts } from "../../facts.ts";

/** What is known of the machine, for kinds that write it down. */
export interface FactReader {
  /** As they are now: small local files only, a millisecond or two. What cannot be read is left out. */
  read(signal: AbortSignal): Promise<Facts>;
}
