import type { Clock, EngineEvent } from "@holdfast/core";
import { createEventStream, type EventStream } from "@holdfast/daemonkit";
import { toldJson } from "./told-json.ts";

/** The engine's events as clients get them. */
export interface ToldEvents {
  readonly stream: EventStream;
  /** Takes an event; what is no news, as a resource that still is as declared, is not told. */
  tell(event: EngineEvent): void;
}

/** Makes the stream of an agent's events. It keeps the newest 1,024 of them. */
export function createToldEvents(clock: Clock): ToldEvents {
  const stream = createEventStream();
  const told = toldJson(clock);
  return {
    stream,
    tell(event) {
      const data = told(event);
      if (data !== undefined) stream.publish({ type: event.type, data });
    },
  };
}
