import {
  attributionJson,
  attributionWords,
  type Attribution,
  type Author,
  type EngineEvent,
  type EventSink,
  isJsonObject,
  type Redaction,
  type ResourceId,
} from "@holdfast/core";
import {
  Attributions,
  type AttributionsOptions,
  type KnownAttribution,
  recentAuthors,
} from "./attributions.ts";
import { FlappingFaults, type FlappingSources } from "./flapping-faults.ts";

/** What the authors of drifts are found out and published with. Functions, because a reload changes what they give. */
export interface DriftAuthorsOptions
  extends Omit<AttributionsOptions, "onAnswer">,
    Pick<FlappingSources, "ownershipOf"> {
  readonly redaction: () => Redaction;
  readonly publish: EventSink;
}

/**
 * Finds out beside the repairs who made resources drift, and publishes each answer as an event of its own. What flaps is
 * reported with the authors that are known.
 */
export class DriftAuthors implements AsyncDisposable {
  readonly #options: DriftAuthorsOptions;
  readonly #attributions: Attributions;
  readonly #flapping: FlappingFaults;

  constructor(options: DriftAuthorsOptions) {
    const { ownershipOf } = options;
    this.#options = options;
    this.#attributions = new Attributions({
      ...options,
      onAnswer: (id, attribution) => this.#publish(id, attribution),
    });
    this.#flapping = new FlappingFaults({ ownershipOf, authorsOf: (id) => this.#authorsOf(id) });
  }

  /** Takes an event of the agent before it is published; returns it as it is to be published. */
  note(event: EngineEvent): EngineEvent {
    this.#attributions.note(event);
    return this.#flapping.named(event);
  }

  /** The author of the last drift of a resource; `undefined` when it did not drift, or has no paths. */
  of(id: ResourceId): KnownAttribution | undefined {
    return this.#attributions.of(id);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#attributions[Symbol.asyncDispose]();
  }

  /** The name of another process may be a secret of ours. */
  #authorsOf(id: ResourceId): readonly Author[] | undefined {
    const redaction = this.#options.redaction();
    const known = this.of(id);
    return (
      known &&
      recentAuthors(known).map(({ name, ...rest }) => ({
        name: redaction.text(name),
        ...rest,
      }))
    );
  }

  #publish(id: ResourceId, attribution: Attribution): void {
    const { publish, redaction } = this.#options;
    const isoTime = (wallMs: number): string => new Date(wallMs).toISOString();
    // Everybody may read events.
    const shown = attributionJson(attribution, { reader: { uid: undefined }, isoTime });
    const author = redaction().json(shown);
    const words = redaction().text(attributionWords(attribution));
    if (isJsonObject(author)) publish({ type: "attributed", id, author: { ...author, words } });
    const renewed = this.#flapping.renewed(id);
    if (renewed !== undefined) publish(renewed);
  }
}
