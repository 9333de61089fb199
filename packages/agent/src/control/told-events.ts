import type { Clock, EngineEvent } from "@holdfast/core";
import { createEventStream, type EventStream, type EventStreamOptions } from "@holdfast/daemonkit";
import { toldJson } from "./told-json.ts";

/** The engine's events as clients get them. */
export interface ToldEvents {
  readonly stream: EventStream;
  /**
   * Takes an event; what is no news, as a resource that still is as declared, is not told. Returns the id under which it
   * was.
   */
  tell(event: EngineEvent): string | undefined;
}

/** Makes the stream of an agent's events. It keeps the newest 1,024 of them, and `earlier` knows those of earlier lives. */
export function createToldEvents(
  clock: Clock,
  earlier?: EventStreamOptions["earlier"],
): ToldEvents {
  const stream = createEventStream(earlier === undefined ? {} : { earlier });
  const told = toldJson(clock);
  return {
    stream,
    tell(event) {
      const data = told(event);
      return data === undefined ? undefined : stream.publish({ type: event.type, data });
    },
  };
}
