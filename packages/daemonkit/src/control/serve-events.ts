import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../clock.ts";
import { type EventStream, formatEvent, type Replay } from "./event-stream.ts";
import { PacedResponse } from "./clients/paced-response.ts";
import type { Turns } from "./clients/turns.ts";

/** A comment this often keeps a connection that has nothing to say from being taken for dead. */
const KEEP_ALIVE_MS = 15_000;

/** As many characters of events are made at a time. */
const PIECE_CHARACTERS = 32 * 1024;

/** Who is served, from where. */
export interface EventsExchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: URLSearchParams;
  readonly clock: Clock;
  readonly turns: Turns;
}

/**
 * Serves a stream until the client goes away or the signal is aborted: first what it missed since the id in its
 * `Last-Event-ID` header or `?from=`, then whatever comes. Without an id it gets only what comes. A client gets events as
 * fast as it reads them, and only what the stream keeps waits for it: where events are missing, an event `gap` says so.
 * One that hardly reads is cut off.
 */
export async function serveEvents(
  stream: EventStream,
  { request, response, query, clock, turns }: EventsExchange,
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
    const client = new PacedResponse({ response, clock, gone: over.signal });
    await tell(stream, { id, client, turns, over: over.signal }, signal);
  } catch (error) {
    // Whoever is gone, or is to be sent no more, waits for no turn either.
    if (!over.signal.aborted) throw error;
  } finally {
    signal.removeEventListener("abort", end);
    end();
    response.end();
  }
}

interface Listener {
  /** The last event that it has; `undefined` when it wants only what comes. */
  readonly id: string | undefined;
  readonly client: PacedResponse;
  readonly turns: Turns;
  /** Aborted when it is gone, or is to be sent no more. */
  readonly over: AbortSignal;
}

/** Tells a client everything after its id, for as long as it is there. */
async function tell(stream: EventStream, listener: Listener, signal: AbortSignal): Promise<void> {
  const { id, client } = listener;
  let last = id ?? stream.latest;
  let publishedOf = last;
  // So that the client knows at once that it is connected.
  await client.write(": ready\n\n");
  const past = id === undefined ? undefined : await stream.earlier(id, signal);
  if (past !== undefined) {
    await tellEach(listener, last, past);
    publishedOf = past.events.at(-1)?.id ?? last;
    last = stream.origin;
  }
  const unsubscribe = stream.subscribe(() => client.wake());
  try {
    while (!client.isGone) {
      const missed = stream.since(last);
      last = stream.latest;
      await tellEach(listener, publishedOf, missed);
      publishedOf = last;
      // In one turn with the question, so that nothing is published in between.
      if (stream.latest === last) await rest(client);
    }
  } finally {
    unsubscribe();
  }
}

async function tellEach(
  { client, turns, over }: Listener,
  after: string,
  missed: Replay,
): Promise<void> {
  const making = pieces(after, missed);
  const make = () => turns.run(() => making.next(), over);
  for (let made = await make(); made.done !== true; made = await make()) {
    await client.write(made.value);
  }
}

/** The texts of events, several in one where they are short. */
function* pieces(after: string, { hasGap, events }: Replay): Generator<string, void> {
  let piece = hasGap ? `event: gap\ndata: ${JSON.stringify({ after })}\n\n` : "";
  for (const event of events) {
    piece += formatEvent(event);
    if (piece.length < PIECE_CHARACTERS) continue;
    yield piece;
    piece = "";
  }
  if (piece !== "") yield piece;
}

/** Waits until there is something to do, and keeps the connection alive. */
async function rest(client: PacedResponse): Promise<void> {
  if (client.isGone) return;
  if (await client.wait(KEEP_ALIVE_MS)) await client.write(":\n\n");
}
