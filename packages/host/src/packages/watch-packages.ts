import { type Clock, type PackageHint, toFault, type Watch } from "@holdfast/core";
import type { PackageBackend, PackageEvent } from "./package-backend.ts";

/** One install replaces the database several times within so long. */
const QUIET_MS = 75;
/** Between two checks whether the user of the database is done. */
const BUSY_POLL_MS = 200;

/** What a watch of packages needs. */
export interface WatchTools {
  readonly backend: Pick<PackageBackend, "listen" | "lockHolder" | "stamp">;
  readonly clock: Clock;
}

/**
 * Makes hints of the backend's events: many events are one hint, and none comes while somebody holds a lock, because
 * what is read meanwhile is old when it is judged. The last event of a transaction comes before its lock is free.
 */
export async function watchPackages(
  { backend, clock }: WatchTools,
  sink: (hint: PackageHint) => void,
  signal: AbortSignal,
): Promise<Watch> {
  const hints = new HeldHints({ backend, clock }, sink);
  const watch = await backend.listen((event) => hints.add(event), signal);
  await hints.begin();
  return {
    ended: watch.ended,
    async [Symbol.asyncDispose]() {
      hints.end();
      await watch[Symbol.asyncDispose]();
    },
  };
}

/** Events that wait to become hints. */
class HeldHints {
  readonly #tools: WatchTools;
  readonly #sink: (hint: PackageHint) => void;
  readonly #stop = new AbortController();
  readonly #pending = new Map<PackageEvent["type"], string>();
  #cancel: (() => void) | undefined;
  #sources: string | undefined;

  constructor(tools: WatchTools, sink: (hint: PackageHint) => void) {
    this.#tools = tools;
    this.#sink = sink;
  }

  async begin(): Promise<void> {
    this.#sources = await this.#stamp();
  }

  add({ type, trigger }: PackageEvent): void {
    if (this.#stop.signal.aborted) return;
    this.#pending.set(type, trigger);
    this.#schedule(QUIET_MS);
  }

  end(): void {
    this.#stop.abort();
    this.#cancel?.();
  }

  #schedule(delayMs: number): void {
    this.#cancel ??= this.#tools.clock.schedule(delayMs, () => void this.#publish());
  }

  async #publish(): Promise<void> {
    this.#cancel = undefined;
    const isBusy = await this.#isBusy();
    if (this.#stop.signal.aborted) return;
    if (isBusy) return this.#schedule(BUSY_POLL_MS);
    const isNew = this.#pending.has("available") && (await this.#areSourcesNew());
    if (this.#stop.signal.aborted) return;
    const events = [...this.#pending];
    this.#pending.clear();
    for (const [type, trigger] of events) {
      if (type === "overflow") this.#sink({ type });
      else if (type === "installed" || isNew) this.#sink({ type, trigger });
    }
  }

  /** The tools touch the directory of their lists without changing any. */
  async #areSourcesNew(): Promise<boolean> {
    const known = this.#sources;
    this.#sources = await this.#stamp();
    return known === undefined || known !== this.#sources;
  }

  #stamp(): Promise<string | undefined> {
    return this.#unlessUnknown(() => this.#tools.backend.stamp("sources", this.#stop.signal));
  }

  async #isBusy(): Promise<boolean> {
    const find = () => this.#tools.backend.lockHolder(this.#stop.signal);
    return (await this.#unlessUnknown(find)) !== undefined;
  }

  /** An unknown holder holds nothing back: a hint that comes too early does no harm. */
  async #unlessUnknown<T>(find: () => Promise<T>): Promise<T | undefined> {
    try {
      return await find();
    } catch (error) {
      toFault(error);
      return undefined;
    }
  }
}
