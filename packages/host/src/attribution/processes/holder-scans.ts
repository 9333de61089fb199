import { abortFault, type Clock, sleep, toFault } from "@holdfast/core";
import { findHolders, type HolderScan, type WantedFile } from "./find-holders.ts";

/** From the beginning of one scan to that of the next. */
const INTERVAL_MS = 1_000;
/** Of the time between two scans that a scan may have taken: a machine with many processes is scanned less often. */
const BUSY_SHARE = 0.05;

/** What scans need; the scan itself is given where it is proved. */
export interface HolderScansOptions {
  readonly clock: Clock;
  readonly scan?: typeof findHolders;
}

/** Scans the processes for whoever asks: those who ask while it may not scan yet share the next scan. */
export class HolderScans implements Disposable {
  readonly #clock: Clock;
  readonly #scan: typeof findHolders;
  readonly #stop = new AbortController();
  #waiting: { readonly wanted: WantedFile[]; readonly scan: Promise<HolderScan> } | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #notBeforeMs = Number.NEGATIVE_INFINITY;

  constructor({ clock, scan = findHolders }: HolderScansOptions) {
    this.#clock = clock;
    this.#scan = scan;
  }

  /**
   * The processes that have one of these files open for writing, by a scan that begins after this call.
   * @throws {Fault} Aborted, or what the signal was aborted with.
   */
  async find(wanted: readonly WantedFile[], signal: AbortSignal): Promise<HolderScan> {
    this.#waiting ??= this.#plan();
    this.#waiting.wanted.push(...wanted);
    const paths = new Set(wanted.map(({ path }) => path));
    const { holders, gap } = await untilAborted(this.#waiting.scan, signal);
    return { holders: holders.filter(({ path }) => paths.has(path)), gap };
  }

  /** Ends a scan that is running; who waits for it gets what it has found. */
  [Symbol.dispose](): void {
    this.#stop.abort();
  }

  #plan() {
    const wanted: WantedFile[] = [];
    const scan = this.#last.then(() => this.#begin(wanted));
    this.#last = scan.catch(() => undefined);
    return { wanted, scan };
  }

  async #begin(wanted: readonly WantedFile[]): Promise<HolderScan> {
    const delayMs = Math.max(0, this.#notBeforeMs - this.#clock.monotonicMs());
    // Cut short by the end, which the scan itself sees.
    await sleep(this.#clock, delayMs, this.#stop.signal).catch(toFault);
    this.#waiting = undefined;
    const beganMs = this.#clock.monotonicMs();
    const found = await this.#scan(wanted, this.#clock, this.#stop.signal);
    const tookMs = this.#clock.monotonicMs() - beganMs;
    this.#notBeforeMs = beganMs + Math.max(INTERVAL_MS, tookMs / BUSY_SHARE);
    return found;
  }
}

/** @throws {Fault} Aborted, or what the signal was aborted with. */
function untilAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(abortFault(signal));
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  return Promise.race([promise, aborted]).finally(() =>
    signal.removeEventListener("abort", onAbort),
  );
}
