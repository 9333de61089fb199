import {
  type Clock,
  type EngineEvent,
  eventJson,
  isNews,
  type JsonObject,
  withoutLongValues,
} from "@holdfast/core";
import { ANYBODY } from "./status-json.ts";

/**
 * Makes the function that turns the engine's events into published JSON: without values that not everyone may read,
 * long ones by their length; `undefined` for what is no news, as a resource that still is as declared.
 */
export function publishedJson(clock: Clock): (event: EngineEvent) => JsonObject | undefined {
  const isWorthTelling = isNews(false);
  return (event) => {
    if (event.type === "result" && !isWorthTelling(event.result)) return undefined;
    const at = new Date(clock.wallMs()).toISOString();
    return eventJson(shortened(event), { reader: ANYBODY, at });
  };
}

function shortened(event: EngineEvent): EngineEvent {
  if (event.type === "drift") return { ...event, changes: withoutLongValues(event.changes) };
  if (event.type !== "result") return event;
  const { result } = event;
  return { ...event, result: { ...result, changes: withoutLongValues(result.changes) } };
}
