import {
  type Clock,
  type Fault,
  type PathHint,
  type PathWatches,
  type Watch,
} from "@holdfast/core";
import { ACCOUNT_PATHS } from "./account-tables.ts";

/** What happens within this after a first change is one hint: a tool replaces up to six files. */
const GATHER_MS = 50;
/** The longest that hints wait for whoever holds the lock: an editor may hold it for hours. */
const HOLD_LIMIT_MS = 10_000;

/** What watching accounts needs. */
export interface WatchAccountsOptions {
  readonly paths: PathWatches;
  readonly clock: Clock;
  /** Tells whether a program works on the files now. A failure counts as no. */
  readonly isLocked: (signal: AbortSignal) => Promise<boolean>;
}

/**
 * Watches the files of accounts by their exact names; what the tools keep beside them (`passwd-`, `passwd+`, locks) is
 * nobody's news. Hints are gathered, and held back while a program works on the files, because what it leaves in between
 * is no state that anybody meant.
 */
export async function watchAccounts(
  options: WatchAccountsOptions,
  hear: (hint: PathHint) => void,
  signal: AbortSignal,
): Promise<Watch> {
  const gathering = new GatheredHints(options, hear);
  const watch = await options.paths.watch(ACCOUNT_PATHS, (hint) => gathering.add(hint), signal);
  return {
    get ended(): Promise<Fault | undefined> {
      return watch.ended;
    },
    async [Symbol.asyncDispose]() {
      gathering.stop();
      await watch[Symbol.asyncDispose]();
    },
  };
}

class GatheredHints {
  readonly #options: WatchAccountsOptions;
  readonly #hear: (hint: PathHint) => void;
  readonly #hints = new Map<string, PathHint>();
  readonly #stopped = new AbortController();
  #firstMs: number | undefined;
  #cancel = (): void => {};

  constructor(options: WatchAccountsOptions, hear: (hint: PathHint) => void) {
    this.#options = options;
    this.#hear = hear;
  }

  add(hint: PathHint): void {
    if (this.#stopped.signal.aborted) return;
    this.#hints.set(hint.type === "path" ? hint.path : "", hint);
    if (this.#firstMs !== undefined) return;
    this.#firstMs = this.#options.clock.monotonicMs();
    this.#passLater();
  }

  stop(): void {
    this.#stopped.abort();
    this.#cancel();
    this.#hints.clear();
  }

  #passLater(): void {
    this.#cancel = this.#options.clock.schedule(GATHER_MS, () => void this.#passOrWait());
  }

  /** Never rejects. */
  async #passOrWait(): Promise<void> {
    const { clock, isLocked } = this.#options;
    const isLate = clock.monotonicMs() - (this.#firstMs ?? 0) >= HOLD_LIMIT_MS;
    const isHeld = !isLate && (await isLocked(this.#stopped.signal).catch(() => false));
    if (this.#stopped.signal.aborted) return;
    if (isHeld) {
      this.#passLater();
      return;
    }
    const hints = [...this.#hints.values()];
    this.#hints.clear();
    this.#firstMs = undefined;
    for (const hint of hints) this.#hear(hint);
  }
}
