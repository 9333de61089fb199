import { listIn, objectIn, orphansIn, textIn } from "@holdfast/agent/control";
import type { JsonObject } from "@holdfast/core";
import { type Count, countLine } from "../../../output/text/count-line.ts";
import { orphanLines } from "../../../output/text/plan-lines.ts";
import { type Line, line, type Tone, toned } from "../../../output/text/line.ts";
import type { KnownResource, KnownStatus } from "./known-status.ts";

/** How everything is, for people: the agent, what is degraded, the resources with those not ready first, the counts. */
export function statusLines({ agent, resources }: KnownStatus): readonly Line[] {
  const ordered = [...unready(resources), ...resources.filter(isReady)];
  return [
    agentLine(agent),
    ...listIn(agent["degraded"]).flatMap(conditionLines),
    ...resourceLines(ordered),
    ...orphanLines(orphansIn(agent)),
    countsLine(ordered),
  ];
}

/** One line for each resource, as a table. */
export function resourceLines(resources: readonly KnownResource[]): readonly Line[] {
  const typeColumns = Math.max(0, ...resources.map(({ type }) => type.length));
  const idColumns = Math.max(0, ...resources.map(({ id }) => id.length));
  return resources.map(({ id, type, message, compliance }) =>
    line(
      toned(TONES[compliance] ?? "faint", type.padEnd(typeColumns)),
      "  ",
      toned("strong", id.padEnd(idColumns)),
      toned("faint", `  ${message}`),
    ),
  );
}

/** Those that are not as declared, in the order of the answer. */
export function unready(resources: readonly KnownResource[]): readonly KnownResource[] {
  return resources.filter((resource) => !isReady(resource));
}

function isReady({ type }: KnownResource): boolean {
  return type === "Ready";
}

/** How many are how, in the order in which each first appears. */
export function countsLine(ordered: readonly KnownResource[]): Line {
  const groups = Map.groupBy(ordered, ({ type }) => type);
  const counts = [...groups].map(([type, { length }]): Count => {
    return [length, type.toLowerCase(), type === "Ready" ? "good" : "bad"];
  });
  return countLine("Status", counts);
}

const TONES: Readonly<Record<string, Tone>> = {
  compliant: "good",
  noncompliant: "bad",
  converging: "changed",
  unknown: "bad",
};

/** The name of the agent, and its progress. */
export function agentLine(agent: JsonObject): Line {
  const observed = textIn(agent["observedGeneration"]);
  const behind = observed === "" ? "not evaluated yet" : `evaluated up to ${observed}`;
  const generation = textIn(agent["generation"]);
  return line(
    toned("strong", textIn(agent["name"])),
    `  generation ${generation}${observed === generation ? "" : `, ${behind}`}`,
    toned(
      "faint",
      `  holdfast ${textIn(agent["version"])}, pid ${textIn(agent["pid"])}, since ${textIn(agent["startedAt"])}`,
    ),
  );
}

function conditionLines(condition: JsonObject): readonly Line[] {
  const fault = objectIn(condition["fault"]);
  return [
    line(toned("bad", "degraded "), textIn(condition["subject"])),
    line(toned("bad", `    ${textIn(fault["reason"])}: `), textIn(fault["message"])),
    line(toned("faint", `    → ${textIn(fault["resolution"])}`)),
  ];
}
