import type { Clock, EngineEvent } from "@holdfast/core";
import { createEventStream, type EventStream, type EventStreamOptions } from "@holdfast/daemonkit";
import { publishedJson } from "./published-json.ts";

/** The engine's events as clients get them. */
export interface PublishedEvents {
  readonly stream: EventStream;
  /**
   * Takes an event; one without news, as a resource that still is as declared, is not published. Returns the id under
   * which it was.
   */
  tell(event: EngineEvent): string | undefined;
}

/**
 * Makes the stream of an agent's events. It keeps the newest 1,024 of them, and `earlier` knows those of earlier
 * runs.
 */
export function createPublishedEvents(
  clock: Clock,
  earlier?: EventStreamOptions["earlier"],
): PublishedEvents {
  const stream = createEventStream(earlier === undefined ? {} : { earlier });
  const published = publishedJson(clock);
  return {
    stream,
    tell(event) {
      const data = published(event);
      return data === undefined ? undefined : stream.publish({ type: event.type, data });
    },
  };
}
