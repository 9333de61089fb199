import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../clock.ts";
import { type EventStream, formatEvent, type Replay } from "./event-stream.ts";

/** A client that has not read what was sent to it within this time is cut off. */
export const READ_WITHIN_MS = 60_000;
/** A comment this often keeps a connection that has nothing to say from being taken for dead. */
const KEEP_ALIVE_MS = 15_000;

/** Who is served, from where. */
export interface EventsExchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: URLSearchParams;
  readonly clock: Clock;
}

/**
 * Serves a stream until the client goes away or the signal is aborted: first what it missed since the id in its
 * `Last-Event-ID` header or `?from=`, then whatever comes. Without an id it gets only what comes. A client gets events as
 * fast as it reads them, and only what the stream keeps waits for it: where events are missing, an event `gap` says so.
 * One that does not read at all is cut off.
 */
export async function serveEvents(
  stream: EventStream,
  { request, response, query, clock }: EventsExchange,
  signal: AbortSignal,
): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  if (request.method === "HEAD") {
    response.end();
    return;
  }
  const id = request.headers["last-event-id"]?.toString() ?? query.get("from") ?? undefined;
  const over = new AbortController();
  const end = (): void => over.abort();
  response.once("close", end);
  signal.addEventListener("abort", end, { once: true });
  if (signal.aborted) end();
  try {
    await tell(stream, { id, reader: new Reader(response, clock, over.signal) }, signal);
  } finally {
    signal.removeEventListener("abort", end);
    end();
    response.end();
  }
}

interface Listener {
  /** The last event that it has; `undefined` when it wants only what comes. */
  readonly id: string | undefined;
  readonly reader: Reader;
}

/** Tells a client everything after its id, for as long as it is there. */
async function tell(
  stream: EventStream,
  { id, reader }: Listener,
  signal: AbortSignal,
): Promise<void> {
  let last = id ?? stream.latest;
  let toldOf = last;
  // So that the client knows at once that it is connected.
  await reader.write(": ready\n\n");
  const past = id === undefined ? undefined : await stream.earlier(id, signal);
  if (past !== undefined) {
    await tellEach(reader, last, past);
    toldOf = past.events.at(-1)?.id ?? last;
    last = stream.origin;
  }
  const unsubscribe = stream.subscribe(() => reader.wake());
  try {
    while (!reader.isGone) {
      const missed = stream.since(last);
      last = stream.latest;
      await tellEach(reader, toldOf, missed);
      toldOf = last;
      // In one turn with the question, so that nothing is published in between.
      if (stream.latest === last) await reader.rest();
    }
  } finally {
    unsubscribe();
  }
}

async function tellEach(reader: Reader, after: string, { hasGap, events }: Replay): Promise<void> {
  if (hasGap) await reader.write(`event: gap\ndata: ${JSON.stringify({ after })}\n\n`);
  for (const event of events) await reader.write(formatEvent(event));
}

/** A client that reads at its own pace. */
class Reader {
  readonly #response: ServerResponse;
  readonly #clock: Clock;
  readonly #gone: AbortSignal;
  #wake: () => void = () => {};

  constructor(response: ServerResponse, clock: Clock, gone: AbortSignal) {
    this.#response = response;
    this.#clock = clock;
    this.#gone = gone;
    gone.addEventListener("abort", () => this.wake(), { once: true });
    response.on("drain", () => this.wake());
  }

  get isGone(): boolean {
    return this.#gone.aborted || this.#response.destroyed;
  }

  /** Ends the wait that is under way. */
  wake(): void {
    this.#wake();
  }

  /** Resolves when the client has taken enough of it for more, or is gone. */
  async write(text: string): Promise<void> {
    if (this.isGone || this.#response.write(text)) return;
    const untilMs = this.#clock.monotonicMs() + READ_WITHIN_MS;
    while (!this.isGone && this.#response.writableNeedDrain) {
      const leftMs = untilMs - this.#clock.monotonicMs();
      if (leftMs <= 0) this.#response.destroy();
      else await this.#wait(leftMs);
    }
  }

  /** Waits until there is something to do, and keeps the connection alive. */
  async rest(): Promise<void> {
    if (this.isGone) return;
    if (await this.#wait(KEEP_ALIVE_MS)) await this.write(":\n\n");
  }

  /** @returns whether the time passed. */
  #wait(delayMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (isOver: boolean): void => {
        this.#wake = () => {};
        cancel();
        resolve(isOver);
      };
      const cancel = this.#clock.schedule(delayMs, () => end(true));
      this.#wake = () => end(false);
    });
  }
}
