import {
  type Attribution,
  type AttributionQuestion,
  type Attributor,
  type Author,
  authorsOf,
  type Clock,
  type EngineEvent,
  type Log,
  type ResourceId,
  toFault,
} from "@holdfast/core";

/** What is known of who made a resource drift the last time. */
export interface KnownAttribution {
  /** When the drift was seen, monotonic milliseconds. */
  readonly seenAtMs: number;
  /** `undefined` while it is being found out. */
  readonly attribution: Attribution | undefined;
  /** What was found out of the drifts before it, the newest last: of few, and not of old ones. */
  readonly earlier: readonly PastAttribution[];
}

/** What was found out of an earlier drift. */
export interface PastAttribution {
  readonly seenAtMs: number;
  readonly attribution: Attribution;
}

/** What finding out needs. */
export interface AttributionsOptions {
  readonly attributor: Attributor;
  readonly clock: Clock;
  readonly log: Log;
  /** The paths that a resource is about; none for one whose thing is not on the disk. */
  readonly pathsOf: (id: ResourceId) => readonly string[];
  /** Takes each answer to the newest drift of a resource, when `of` has it. What was not asked has none. */
  readonly onAnswer: (id: ResourceId, attribution: Attribution) => void;
}

/** Resources that are remembered; those whose drift is longest ago are forgotten first. */
const MOST_REMEMBERED = 4_096;
/** Questions that are asked at once: those share one read of the processes. */
const MOST_ASKED = 256;
/** Questions that wait for one of those. */
const MOST_WAITING = 1_024;
/** Between a change and the drift that a watch reports: the coalescing window, a lane, a slow observation. */
const NOTICED_WITHIN_MS = 10_000;
/** Between two observations of a resource without a watch. */
const SEEN_WITHIN_MS = 600_000;

/** Drifts of one resource that are remembered besides the last: more than make it flap. */
const MOST_EARLIER = 4;
/** The time within which repairs count as flapping (D16); who changed it before that is not of interest. */
const REMEMBERED_MS = 600_000;

const TOO_MANY: Attribution = {
  type: "unknown",
  observed: [
    {
      place: "kernel events",
      finding: "incomplete",
      detail: "too many resources drifted at once to ask for each",
    },
  ],
};

/**
 * Asks who did it for every drift, and remembers the last answer for each resource. A repair never waits for it: the
 * question begins when the drift is published, which is before the repair, and goes on beside it.
 */
export class Attributions implements AsyncDisposable {
  readonly #options: AttributionsOptions;
  readonly #known = new Map<ResourceId, KnownAttribution>();
  readonly #waiting: Question[] = [];
  readonly #asking = new Set<Promise<void>>();
  readonly #stop = new AbortController();

  constructor(options: AttributionsOptions) {
    this.#options = options;
  }

  /** Takes an event of the engine; all but drifts are nothing to it. */
  note(event: EngineEvent): void {
    if (event.type !== "drift" || this.#stop.signal.aborted) return;
    const seenAtMs = this.#options.clock.monotonicMs();
    const paths = this.#options.pathsOf(event.id);
    if (paths.length === 0) {
      this.#known.delete(event.id);
      return;
    }
    const earlier = earlierOf(this.#known.get(event.id), seenAtMs);
    const known: KnownAttribution = { seenAtMs, attribution: undefined, earlier };
    this.#remember(event.id, known);
    const withinMs = event.isFromWatch ? NOTICED_WITHIN_MS : SEEN_WITHIN_MS;
    const question = { id: event.id, known, asked: { paths, seenAtMs, withinMs } };
    if (this.#asking.size < MOST_ASKED) this.#begin(question);
    else if (this.#waiting.length < MOST_WAITING) this.#waiting.push(question);
    else this.#known.set(event.id, { ...known, attribution: TOO_MANY });
  }

  /** The author of the last drift of a resource; `undefined` when it did not drift, or has no paths. */
  of(id: ResourceId): KnownAttribution | undefined {
    return this.#known.get(id);
  }

  /** Asks nothing more and gives up what is being asked. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    this.#waiting.length = 0;
    await Promise.all(this.#asking);
  }

  #begin(first: Question): void {
    const asking = this.#askFrom(first).finally(() => this.#asking.delete(asking));
    this.#asking.add(asking);
  }

  /** Asks one question after the other until none waits. Never rejects. */
  async #askFrom(first: Question): Promise<void> {
    let question: Question | undefined = first;
    while (question !== undefined) {
      this.#answer(question, await this.#find(question));
      question = this.#waiting.shift();
    }
  }

  async #find({ id, asked }: Question): Promise<Attribution> {
    const { attributor, log } = this.#options;
    try {
      return await attributor.whoChanged(asked, this.#stop.signal);
    } catch (error) {
      const fault = toFault(error);
      // The caller was stopped; any other failure must not end the agent for a word about the past.
      if (fault.reason !== "Aborted") {
        log.warn(`who changed ${id} is unknown: ${fault.message}`, { reason: fault.reason });
      }
      return { type: "unknown", observed: [] };
    }
  }

  /** A newer drift of the same resource has another question. */
  #answer({ id, known }: Question, attribution: Attribution): void {
    if (this.#known.get(id) !== known) return;
    this.#known.set(id, { ...known, attribution });
    if (!this.#stop.signal.aborted) this.#options.onAnswer(id, attribution);
  }

  #remember(id: ResourceId, known: KnownAttribution): void {
    this.#known.delete(id);
    this.#known.set(id, known);
    if (this.#known.size <= MOST_REMEMBERED) return;
    const [oldest] = this.#known.keys();
    if (oldest !== undefined) this.#known.delete(oldest);
  }
}

/** The drifts before a new one, without those that were overtaken before there was an answer. */
function earlierOf(known: KnownAttribution | undefined, nowMs: number): readonly PastAttribution[] {
  if (known === undefined) return [];
  const { seenAtMs, attribution, earlier } = known;
  const all = attribution === undefined ? earlier : [...earlier, { seenAtMs, attribution }];
  return all.slice(-MOST_EARLIER).filter((past) => nowMs - past.seenAtMs <= REMEMBERED_MS);
}

/** The authors of the last drift and those before it, as far as there are answers. */
export function recentAuthors({ attribution, earlier }: KnownAttribution): readonly Author[] {
  const answers = earlier.map((past) => past.attribution);
  return authorsOf(attribution === undefined ? answers : [...answers, attribution]);
}

interface Question {
  readonly id: ResourceId;
  readonly known: KnownAttribution;
  readonly asked: AttributionQuestion;
}
