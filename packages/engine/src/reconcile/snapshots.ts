import type { BulkReads, Runtime } from "../runtime.ts";
import { bounded } from "../deadline/bounded.ts";
import type { ResourceRecord } from "../records/resource-record.ts";

/** Fewer than this are read one by one: a bulk read would not be quicker. */
const SMALLEST_BULK = 8;

/** Resources with secrets are read alone: their specs are made for one call and not kept for a bulk read. */
export function isReadInBulk({ declared: { kind, resource } }: ResourceRecord): boolean {
  return kind.snapshot !== undefined && resource.references === undefined;
}

/** The result of one bulk read, for the resources that were in it. */
interface Snapshot {
  /** Logical time at which the read began. */
  readonly stamp: number;
  readonly members: ReadonlySet<ResourceRecord>;
  /** `undefined` when the read failed: its members are then observed one by one, each with its own fault. */
  readonly data: Promise<{ readonly value: unknown } | undefined>;
  /** The same, once the read is over. */
  held: { readonly value: unknown } | undefined;
}

/** A bulk read that gathers members until the present turn is over. */
interface Opening {
  readonly members: Set<ResourceRecord>;
  readonly data: Snapshot["data"];
}

/**
 * Bulk reads shared by resources of one kind that are observed together. What stands in line when the first of them
 * asks is read along. A snapshot is used only by a resource that was in it, and only when it began after the hint and
 * after the last apply to anything the resource comes after.
 */
export class Snapshots implements BulkReads {
  readonly #runtimeOf: () => Runtime;
  readonly #latest = new Map<string, Snapshot>();
  readonly #opening = new Map<string, Opening>();

  /** The runtime holds this object, so it is asked for only when it is complete. */
  constructor(runtimeOf: () => Runtime) {
    this.#runtimeOf = runtimeOf;
  }

  get #runtime(): Runtime {
    return this.#runtimeOf();
  }

  /** What a snapshot fresh enough for this resource holds; `undefined` when it is better observed alone. */
  freshFor(
    record: ResourceRecord,
    hintStamp: number,
  ): Promise<{ readonly value: unknown } | undefined> | undefined {
    if (!isReadInBulk(record)) return undefined;
    return this.#latestFor(record, hintStamp)?.data ?? this.#join(record);
  }

  /** The same where the read is over already; it asks for none. */
  heldFor(record: ResourceRecord, hintStamp: number): { readonly value: unknown } | undefined {
    return this.#latestFor(record, hintStamp)?.held;
  }

  /** Lets go of what was read. Called when nothing is left to do. */
  forget(): void {
    this.#latest.clear();
  }

  #latestFor(record: ResourceRecord, hintStamp: number): Snapshot | undefined {
    const latest = this.#latest.get(record.bulk);
    const neededAfter = Math.max(hintStamp, record.changedStamp);
    const isFresh = latest?.members.has(record) === true && latest.stamp > neededAfter;
    return isFresh ? latest : undefined;
  }

  #join(record: ResourceRecord): Snapshot["data"] {
    const opening = this.#opening.get(record.bulk);
    if (opening) {
      opening.members.add(record);
      return opening.data;
    }
    const members = new Set([record]);
    const turn = this.#runtime.clock.yieldTurn();
    const data = turn.then(() => this.#open(record.bulk, members)?.data);
    this.#opening.set(record.bulk, { members, data });
    return data;
  }

  #open(bulk: string, members: Set<ResourceRecord>): Snapshot | undefined {
    this.#opening.delete(bulk);
    for (const waiting of this.#waiting(bulk)) {
      if (isReadInBulk(waiting)) members.add(waiting);
    }
    if (members.size < SMALLEST_BULK) return undefined;
    const stamp = this.#runtime.nextStamp();
    const snapshot: Snapshot = { stamp, members, data: this.#read(members), held: undefined };
    void snapshot.data.then((held) => {
      snapshot.held = held;
    });
    this.#latest.set(bulk, snapshot);
    return snapshot;
  }

  /**
   * The resources that will be observed soon: those in line, and those who have left it and wait for a lane, one
   * after the other.
   */
  *#waiting(bulk: string): Iterable<ResourceRecord> {
    yield* this.#runtime.queue.inLine(bulk);
    for (const { record } of this.#runtime.lanes.waiting) if (record.bulk === bulk) yield record;
  }

  async #read(members: ReadonlySet<ResourceRecord>): Promise<{ value: unknown } | undefined> {
    const [first] = members;
    if (first === undefined) return undefined;
    const { kind } = first.declared;
    const specs = [...members].map(({ declared }) => declared.resource.spec);
    try {
      const value = await bounded(this.#runtime, {
        record: first,
        verb: `snapshot with ${specs.length - 1} others`,
        // For all of them, whichever run or plan came first.
        asker: this.#runtime.abortGroup,
        run: async (signal) =>
          kind.snapshot?.(specs, {
            host: this.#runtime.ports.readerFor(kind),
            signal: signal(),
            log: this.#runtime.log,
          }),
      });
      // What was read has taken this turn; what comes of it begins with one of its own.
      await this.#runtime.clock.yieldTurn();
      return { value };
    } catch (error) {
      this.#runtime.log.warn("a bulk read failed; its resources are observed one by one", {
        kind: kind.kind,
        error: String(error),
      });
      return undefined;
    }
  }
}
