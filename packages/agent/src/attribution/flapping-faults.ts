import {
  type Author,
  authorsWords,
  type EngineEvent,
  type FaultData,
  parseResourceId,
  type ResourceId,
} from "@holdfast/core";

/** What the names come from. Functions, because all of it changes. */
export interface FlappingSources {
  /** The authors of a resource's last drifts, as far as they are known by now; `undefined` when nothing can be asked. */
  readonly authorsOf: (id: ResourceId) => readonly Author[] | undefined;
  /** What a resource owns and who else owns a part of it, as one sentence; empty for one that owns its name alone. */
  readonly ownershipOf: (id: ResourceId) => string;
}

/** Resources whose faults are kept; of more, the oldest are not named anew. */
const MOST_KEPT = 4_096;

/**
 * Names in the fault of each flapping resource who changes it and what it owns. The fault is published at once with what is
 * known by then, and anew when there is another author: no repair and no event waits for an answer.
 */
export class FlappingFaults {
  readonly #sources: FlappingSources;
  /** Of each resource that flaps: the engine's own fault, and the authors that were named last. */
  readonly #flapping = new Map<ResourceId, { readonly fault: FaultData; readonly named: string }>();

  constructor(sources: FlappingSources) {
    this.#sources = sources;
  }

  /** An event as it is to be published; all but the beginning of flapping are as they were. */
  named(event: EngineEvent): EngineEvent {
    if (event.type === "recovered") {
      const id = parseResourceId(event.subject);
      if (id !== undefined) this.#flapping.delete(id);
    }
    if (event.type !== "degraded" || event.fault.reason !== "Flapping") return event;
    const id = parseResourceId(event.subject);
    return id === undefined ? event : this.#publish(id, event.fault);
  }

  /** After an answer: the event of a resource that flaps by an author who was not named yet; else `undefined`. */
  renewed(id: ResourceId): EngineEvent | undefined {
    const known = this.#flapping.get(id);
    if (known === undefined || known.named === namesOf(this.#sources.authorsOf(id)))
      return undefined;
    return this.#publish(id, known.fault);
  }

  #publish(id: ResourceId, fault: FaultData): EngineEvent {
    const authors = this.#sources.authorsOf(id);
    this.#flapping.delete(id);
    this.#flapping.set(id, { fault, named: namesOf(authors) });
    const [oldest] = this.#flapping.keys();
    if (this.#flapping.size > MOST_KEPT && oldest !== undefined) this.#flapping.delete(oldest);
    const ownership = this.#sources.ownershipOf(id);
    return {
      type: "degraded",
      subject: id,
      fault: { ...fault, ...wordsOf(fault, authors, ownership) },
    };
  }
}

/** In any order: who was named already is no news. */
function namesOf(authors: readonly Author[] = []): string {
  return authors
    .map(({ name }) => name)
    .toSorted()
    .join("\n");
}

function wordsOf(
  { message, resolution }: FaultData,
  authors: readonly Author[] | undefined,
  ownership: string,
): Pick<FaultData, "message" | "resolution"> {
  const isKnown = authors?.some(({ certainty }) => certainty !== "none") === true;
  const words = [message, whoWords(authors), ...(ownership === "" ? [] : [ownership])].join("; ");
  if (!isKnown) return { message: words, resolution };
  return {
    message: words,
    resolution:
      "Stop what changes it, or declare what it writes; holdfast why shows each field. Repairs go on meanwhile.",
  };
}

function whoWords(authors: readonly Author[] | undefined): string {
  if (authors === undefined) return "who changes it is unknown: that can be asked of files only";
  if (authors.length === 0) return "who changes it is being found out";
  return `of its last drifts by: ${authorsWords(authors)}`;
}
