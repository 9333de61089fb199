import { numberOption, optionFault } from "../option.ts";
import type { Random } from "../random.ts";

/** How waits between attempts grow. Zero and absent mean the default. */
export interface BackoffOptions {
  /** The first wait. Default 5 000. */
  readonly baseMs?: number;
  /** The longest wait. Default 300 000. */
  readonly capMs?: number;
}

/** Options with every value in place. */
export interface Backoff {
  readonly baseMs: number;
  readonly capMs: number;
}

/** How far a wait strays from its nominal length, either way. */
const JITTER = 0.1;

/**
 * Fills in what was left out.
 * @throws {DaemonFault} OptionInvalid, when a value is negative, or the cap lies below the base.
 */
export function parseBackoff(options: BackoffOptions = {}): Backoff {
  const baseMs = numberOption({ name: "baseMs", value: options.baseMs, otherwise: 5_000 });
  const capMs = numberOption({ name: "capMs", value: options.capMs, otherwise: 300_000 });
  if (capMs >= baseMs) return { baseMs, capMs };
  throw optionFault(`capMs ${capMs} is less than baseMs ${baseMs}`, "Raise capMs or lower baseMs.");
}

/**
 * The wait before the next start after the n-th failure in a row (1 or more): twice the one before, within a tenth of
 * it either way, and never above the cap.
 */
export function backoffDelayMs(failure: number, backoff: Backoff, random: Random): number {
  const { baseMs, capMs } = backoff;
  const nominalMs = Math.min(capMs, baseMs * 2 ** (failure - 1));
  const delayMs = nominalMs * (1 - JITTER + 2 * JITTER * random.next());
  // Folded back instead of cut off: many that wait at the cap must not all end at one moment.
  return delayMs <= capMs ? delayMs : 2 * capMs - delayMs;
}
