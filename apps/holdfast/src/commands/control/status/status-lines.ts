import { listIn, objectIn, textIn } from "@holdfast/agent/control";
import type { JsonObject } from "@holdfast/core";
import { type Count, countLine } from "../../output/text/count-line.ts";
import { type Line, line, type Tone, toned } from "../../output/text/line.ts";
import { type KnownResource } from "./known-resource.ts";

/** How everything is, for people: the agent, what is degraded, the resources with those not ready first, the counts. */
export function statusLines(
  agent: JsonObject,
  resources: readonly KnownResource[],
): readonly Line[] {
  const unready = resources.filter(({ type }) => type !== "Ready");
  const ready = resources.filter(({ type }) => type === "Ready");
  const ordered = [...unready, ...ready];
  const typeColumns = Math.max(0, ...ordered.map(({ type }) => type.length));
  const idColumns = Math.max(0, ...ordered.map(({ id }) => id.length));
  return [
    agentLine(agent),
    ...listIn(agent["degraded"]).flatMap(troubleLines),
    ...ordered.map(({ id, type, message, compliance }) =>
      line(
        toned(TONES[compliance] ?? "faint", type.padEnd(typeColumns)),
        "  ",
        toned("strong", id.padEnd(idColumns)),
        toned("faint", `  ${message}`),
      ),
    ),
    countLine("Status", countsOf(ordered)),
  ];
}

const TONES: Readonly<Record<string, Tone>> = {
  compliant: "good",
  noncompliant: "bad",
  converging: "changed",
  unknown: "bad",
};

function agentLine(agent: JsonObject): Line {
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

function troubleLines(trouble: JsonObject): readonly Line[] {
  const fault = objectIn(trouble["fault"]);
  return [
    line(toned("bad", "degraded "), textIn(trouble["subject"])),
    line(toned("bad", `    ${textIn(fault["reason"])}: `), textIn(fault["message"])),
    line(toned("faint", `    → ${textIn(fault["resolution"])}`)),
  ];
}

/** In the order in which they first appear: what is not ready comes first. */
function countsOf(ordered: readonly KnownResource[]): readonly Count[] {
  const groups = Map.groupBy(ordered, ({ type }) => type);
  return [...groups].map(([type, { length }]): Count => {
    return [length, type.toLowerCase(), type === "Ready" ? "good" : "bad"];
  });
}
