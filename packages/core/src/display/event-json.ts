import type { EngineEvent } from "../event.ts";
import type { JsonObject } from "../json.ts";
import { API_VERSION } from "../manifest/manifest.ts";
import { unreachable } from "../unreachable.ts";
import { changesJson } from "./change-json.ts";
import type { Reader } from "./redact.ts";
import { faultJson, operationJson, orderJson, resultJson } from "./result-json.ts";

/** What an event is turned into JSON with. `at` is the wall clock as ISO 8601. */
export interface EventView {
  readonly reader: Reader;
  readonly at: string;
}

/** An event of a serving agent as JSON: `{type, at, id?, …}`; `undefined` for one that is not published. */
export function eventJson(event: EngineEvent, view: EventView): JsonObject | undefined {
  const { type } = event;
  const head = { type, at: view.at };
  switch (event.type) {
    case "started":
      return {
        ...head,
        apiVersion: API_VERSION,
        generation: event.generation,
        resources: event.resources,
      };
    case "watching":
      return { ...head, resources: event.resources, watched: event.watched, polled: event.polled };
    case "progress":
      return { ...head, id: event.id, message: event.message };
    case "drift":
      return {
        ...head,
        id: event.id,
        trigger: event.trigger,
        changes: changesJson(event.changes, view.reader),
      };
    case "result":
      return { ...head, ...resultJson(event.result, view.reader), latencyMs: event.latencyMs };
    case "attributed":
      return { ...head, id: event.id, author: event.author };
    case "operated":
      return { ...head, ...operationJson(event.report) };
    case "approval": {
      const { what, id, verb, by, fault } = event;
      const refused = fault === undefined ? {} : { fault: faultJson(fault) };
      return { ...head, id, what, verb, by, ...refused };
    }
    case "ordered":
      return { ...head, ...orderJson(event.order) };
    case "degraded":
      return { ...head, subject: event.subject, fault: faultJson(event.fault) };
    case "recovered":
      return { ...head, subject: event.subject };
    case "reloaded":
      return { ...head, generation: event.generation, resources: event.resources };
    case "stopped":
      return { ...head, reason: event.reason, summary: { ...event.summary } };
    case "reconciling":
      return undefined;
    default:
      return unreachable(event);
  }
}
