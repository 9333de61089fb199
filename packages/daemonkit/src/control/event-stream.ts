import { assert } from "../assert.ts";
import type { JsonValue } from "../json.ts";
import { optionFault } from "../option.ts";
import { unguessableName } from "../system.ts";
import { parseEventId } from "./event-id.ts";

/** An event as clients get it. */
export interface StreamEvent {
  /** Of this stream, in the order of publication. */
  readonly id: string;
  readonly type: string;
  readonly data: JsonValue;
}

/** What a client missed. */
export interface Replay {
  readonly events: readonly StreamEvent[];
  /** Events between the client's last one and the first of these are gone, or may be. */
  readonly hasGap: boolean;
}

/** What a client of an earlier run of a daemon has missed: after an id of that run, and before one of this run. */
export interface Span {
  readonly after: string;
  readonly before: string;
}

/** Events for many clients, the newest of which are kept for those who come back. */
export interface EventStream {
  /** Hands an event to every client that listens now, and keeps it. Returns its id. */
  publish(event: { readonly type: string; readonly data: JsonValue }): string;
  /** The id before its first event. */
  readonly origin: string;
  /** The id of its last event; before the first one, `origin`. */
  readonly latest: string;
  /** What was published after an id; everything that is kept, when it is `undefined`. */
  since(id: string | undefined): Replay;
  /** What earlier runs published after an id of one of them; `undefined` when that is not known, and for an own id. */
  earlier(id: string, signal: AbortSignal): Promise<Replay | undefined>;
  /** Calls with every event from now on, until the returned function is called. */
  subscribe(listener: (event: StreamEvent) => void): () => void;
}

/** What a stream is made with. */
export interface EventStreamOptions {
  /** How many events are kept. Default 1 024. */
  readonly capacity?: number;
  /**
   * Finds what earlier runs of the daemon published after an id that this one did not give, and before its own first
   * one; `replayBetween` does, out of a record. Never rejects. Default: nothing is known of them.
   */
  readonly earlier?: (span: Span, signal: AbortSignal) => Promise<Replay | undefined>;
}

/**
 * Makes a stream. No other gives its ids. Events after an id of an earlier run of the daemon are replayed where `earlier`
 * knows them; else they count as a gap.
 * @throws {DaemonFault} OptionInvalid, when the capacity is no positive whole number.
 */
export function createEventStream(options: EventStreamOptions = {}): EventStream {
  const { capacity = 1_024, earlier = async () => undefined } = options;
  if (!Number.isInteger(capacity) || capacity < 1) {
    throw optionFault(`capacity is ${capacity}`, "Give it a whole number from 1.");
  }
  const run = unguessableName();
  const kept: StreamEvent[] = [];
  const listeners = new Set<(event: StreamEvent) => void>();
  let last = 0;
  const latest = (): string => `${run}-${last}`;
  const origin = latest();
  return {
    origin,
    get latest() {
      return latest();
    },
    publish({ type, data }) {
      assert(/^[\w.:-]+$/.test(type), `an event type is one word, not ${type}`);
      last += 1;
      const event = { id: latest(), type, data };
      kept.push(event);
      if (kept.length > capacity) kept.shift();
      for (const listener of listeners) listener(event);
      return event.id;
    },
    since(id) {
      const first = last - kept.length + 1;
      const seen = id === undefined ? first - 1 : sequenceIn(id);
      // Nobody has seen what is yet to come: such an id is not ours either.
      const isOurs = seen !== undefined && seen <= last;
      const from = isOurs ? Math.max(0, seen - first + 1) : 0;
      return { events: kept.slice(from), hasGap: !isOurs || seen < first - 1 };
    },
    async earlier(id, signal) {
      return sequenceIn(id) === undefined
        ? earlier({ after: id, before: origin }, signal)
        : undefined;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };

  function sequenceIn(id: string): number | undefined {
    const own = parseEventId(id);
    return own?.run === run ? own.sequence : undefined;
  }
}

/** One event in the format of server-sent events. */
export function formatEvent({ id, type, data }: StreamEvent): string {
  return `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
}
