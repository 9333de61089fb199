import { type EngineEvent, eventJson, isNews, type JsonObject } from "@holdfast/core";
import { readerOf } from "../reader.ts";
import type { Output, OutputRequest } from "../output.ts";
import { errorJson } from "./error-json.ts";
import { planJson } from "./plan-json.ts";
import { reportJson } from "@holdfast/agent/control";

/** Output for programs: a command prints one value, a serving agent one event a line, and nothing else. */
export function createJsonOutput(request: OutputRequest): Output {
  const { surroundings, shape } = request;
  const reader = readerOf(surroundings);
  const isWorthTelling = isNews(request.isVerbose ?? false);
  const print = (data: JsonObject) => surroundings.stdout.write(`${JSON.stringify(data)}\n`);
  const eventOf = (event: EngineEvent) =>
    eventJson(event, { reader, at: new Date().toISOString() });
  return {
    events(event) {
      if (shape === "once") {
        // Somebody must act on it while the command waits; its one value comes when it is over.
        const isUrgent = event.type === "degraded" && event.fault.reason === "NotConfirmed";
        if (isUrgent) surroundings.stderr.write(`${JSON.stringify(eventOf(event))}\n`);
        return;
      }
      if (event.type === "result" && !isWorthTelling(event.result)) return;
      const data = eventOf(event);
      if (data !== undefined) print(data);
    },
    busy() {},
    plan: (plan) => print(planJson(plan, reader)),
    report(report) {
      if (shape === "once") print(reportJson(report, reader));
    },
    value: (_lines, data) => print(data),
    frame: ({ data }) => print(data),
    error: (fault) => print(errorJson(fault, fault.diagnostics)),
    close: async () => {},
  };
}
