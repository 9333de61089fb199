import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../clock.ts";
import { type EventStream, formatEvent, type Replay } from "./event-stream.ts";

/** A comment this often keeps a connection that has nothing to say from being taken for dead. */
const KEEP_ALIVE_MS = 15_000;
/** A client that is this far behind is cut off; it comes back with the last id it saw, and nothing is lost. */
const MOST_BEHIND_BYTES = 1024 * 1024;

/** Who is served, from where. */
export interface EventsExchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: URLSearchParams;
  readonly clock: Clock;
}

/**
 * Serves a stream until the client goes away or the signal is aborted: first what it missed since the id in its
 * `Last-Event-ID` header or `?from=`, then whatever comes. Without an id it gets only what comes. Where events are
 * missing between the two, an event `gap` says so.
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
  const { promise, resolve } = Promise.withResolvers<void>();
  response.once("close", resolve);
  const write = (text: string): void => {
    response.write(text);
    if (response.writableLength > MOST_BEHIND_BYTES) response.destroy();
  };
  // So that the client knows at once that it is connected.
  write(": ready\n\n");
  const id = request.headers["last-event-id"]?.toString() ?? query.get("from") ?? undefined;
  const past = id === undefined ? undefined : await stream.earlier(id, signal);
  // In one turn with the subscription: nothing is published in between.
  if (id !== undefined) replay(stream, { id, past }, write);
  const unsubscribe = stream.subscribe((event) => write(formatEvent(event)));
  let cancel = clock.schedule(KEEP_ALIVE_MS, keepAlive);
  signal.addEventListener("abort", () => resolve(), { once: true });
  if (signal.aborted) resolve();
  await promise;
  unsubscribe();
  cancel();
  response.end();

  function keepAlive(): void {
    write(":\n\n");
    cancel = clock.schedule(KEEP_ALIVE_MS, keepAlive);
  }
}

function replay(
  stream: EventStream,
  { id, past }: { readonly id: string; readonly past: Replay | undefined },
  write: (text: string) => void,
): void {
  const present = stream.since(past === undefined ? id : stream.origin);
  const hasGap = present.hasGap || past?.hasGap === true;
  if (hasGap) write(`event: gap\ndata: ${JSON.stringify({ after: id })}\n\n`);
  for (const event of [...(past?.events ?? []), ...present.events]) write(formatEvent(event));
}
