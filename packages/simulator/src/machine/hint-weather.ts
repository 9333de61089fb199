import type { Fault, HintSink, Random, Watch } from "@holdfast/core";

/** What becomes of hints on their way: all arrive, none, each twice, or each late and so in another order. */
export type HintWeather = "clear" | "lost" | "doubled" | "late";

/** The longest that a late hint takes. */
const LATEST_MS = 2_000;

/** What the weather needs. */
export interface WeatherOptions {
  readonly random: Random;
  schedule(delayMs: number, callback: () => void): void;
}

/** The event sources of one process: which are open, and what becomes of what they say. */
export class HintSources {
  weather: HintWeather = "clear";
  /** Kinds whose watch cannot be opened. */
  readonly broken = new Set<string>();
  readonly #options: WeatherOptions;
  readonly #open = new Map<string, OpenSource>();
  /** Kinds whose watch was opened, or could not be, at least once. */
  readonly #tried = new Set<string>();

  constructor(options: WeatherOptions) {
    this.#options = options;
  }

  /** Whether the hints of the kind arrive as they should. */
  isFromWatch(kind: string): boolean {
    return this.weather === "clear" && this.#open.has(kind);
  }

  /** Whether opening its watch was tried. */
  wasTried(kind: string): boolean {
    return this.#tried.has(kind);
  }

  /** Opens a watch under the present weather. */
  async open(
    kind: string,
    sink: HintSink,
    open: (sink: HintSink) => Promise<Watch>,
    refusal: () => Fault,
  ): Promise<Watch> {
    if (this.broken.has(kind)) {
      this.#tried.add(kind);
      throw refusal();
    }
    const watch = await open({
      hint: (position, trigger) => this.#carry(() => sink.hint(position, trigger)),
      overflow: () => sink.overflow(),
    });
    const broken = Promise.withResolvers<Fault | undefined>();
    const source = { sink, end: broken.resolve };
    this.#tried.add(kind);
    this.#open.set(kind, source);
    const close = async (): Promise<void> => {
      if (this.#open.get(kind) === source) this.#open.delete(kind);
      await watch[Symbol.asyncDispose]();
    };
    void broken.promise.then(close);
    return {
      ended: Promise.race([watch.ended, broken.promise]),
      [Symbol.asyncDispose]: close,
    };
  }

  /** Events of a kind were lost; false when it is not watched. */
  overflow(kind: string): boolean {
    const source = this.#open.get(kind);
    source?.sink.overflow();
    return source !== undefined;
  }

  /** The event source of a kind dies. */
  end(kind: string, fault: Fault): void {
    const source = this.#open.get(kind);
    this.#open.delete(kind);
    source?.end(fault);
  }

  #carry(deliver: () => void): void {
    switch (this.weather) {
      case "clear":
        return deliver();
      case "lost":
        return;
      case "doubled":
        deliver();
        return deliver();
      default:
        this.#options.schedule(this.#options.random.next() * LATEST_MS, deliver);
    }
  }
}

interface OpenSource {
  readonly sink: HintSink;
  readonly end: (fault: Fault) => void;
}
