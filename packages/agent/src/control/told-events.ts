import { type Clock, type EngineEvent, eventJson, isNews, withoutLongValues } from "@holdfast/core";
import { createEventStream, type EventStream } from "@holdfast/daemonkit";
import { ANYBODY } from "./status-json.ts";

/** The engine's events as clients get them. */
export interface ToldEvents {
  readonly stream: EventStream;
  /** Takes an event; what is no news, as a resource that still is as declared, is not told. */
  tell(event: EngineEvent): void;
}

/** Makes the stream of an agent's events. It keeps the newest 1,024 of them. */
export function createToldEvents(clock: Clock): ToldEvents {
  const stream = createEventStream();
  const isWorthTelling = isNews(false);
  return {
    stream,
    tell(event) {
      if (event.type === "result" && !isWorthTelling(event.result)) return;
      const at = new Date(clock.wallMs()).toISOString();
      const data = eventJson(shortened(event), { reader: ANYBODY, at });
      if (data !== undefined) stream.publish({ type: event.type, data });
    },
  };
}

function shortened(event: EngineEvent): EngineEvent {
  if (event.type === "drift") return { ...event, changes: withoutLongValues(event.changes) };
  if (event.type !== "result") return event;
  const { result } = event;
  return { ...event, result: { ...result, changes: withoutLongValues(result.changes) } };
}
