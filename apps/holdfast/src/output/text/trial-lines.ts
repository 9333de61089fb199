import { formatLocation, type Graph, type ResourceId } from "@holdfast/core";
import type { Problem, ResourceCoverage, Trial } from "@holdfast/simulator";
import { type Line, line, toned } from "./line.ts";

/** What a trial came to, with what it was about. */
export interface TrialReport {
  readonly name: string;
  readonly trial: Trial;
  readonly graph: Graph;
  readonly seed: number;
}

/** A trial as lines: what was proved, what was wrong and how it came about, and what happened to each resource. */
export function trialLines(report: TrialReport): readonly Line[] {
  const { name, trial, graph, seed } = report;
  const count = graph.resources.length;
  return [
    line(
      toned("strong", name),
      `: ${count} ${count === 1 ? "resource" : "resources"}, ${trial.lives} lives on simulated machines, seed ${seed}`,
    ),
    ...trial.parts.map(({ part, lives, isProved }) =>
      line(toned(isProved ? "good" : "bad", isProved ? "✓" : "✗"), ` ${part}`, faint(`  ${lives}`)),
    ),
    ...trial.leftBehind.map((path) =>
      line(
        toned("changed", "!"),
        ` ${path} was made by the old manifest, and nobody declares it now`,
      ),
    ),
    ...trial.problems.flatMap((problem) => problemLines(problem, report)),
    line(""),
    ...trial.coverage.map((covered) => coverageLine(covered, trial.assumed)),
  ];
}

function problemLines(problem: Problem, { graph }: TrialReport): readonly Line[] {
  const { about, part, what, remedy, story } = problem;
  return [
    line(""),
    line(toned("bad", `✗ ${part}: `), toned("strong", about[0] ?? "something"), `: ${what}`),
    ...about.map((id) => line(`    ${placeOf(graph, id)}${id}`)),
    line(toned("faint", `    → ${remedy}`)),
    ...story.map((told) => line(toned("faint", `    ${told}`))),
  ];
}

/** Where a resource was declared. */
export function placeOf(graph: Graph, id: ResourceId): string {
  const vertex = graph.vertexOf(id);
  const resource = vertex === undefined ? undefined : graph.resources[vertex];
  const location = resource?.location?.();
  return location === undefined ? "" : `${formatLocation(location)}: `;
}

function coverageLine(
  { id, applied, repaired, failed, cutOff }: ResourceCoverage,
  assumed: Trial["assumed"],
): Line {
  const unknown = assumed.get(id);
  const note = unknown === undefined ? "" : `; not simulated, taken for granted: ${unknown}`;
  return line(
    id,
    faint(`  made ${applied} times, repaired ${repaired}, failed ${failed}, cut off ${cutOff}`),
    unknown === undefined ? "" : toned("changed", note),
  );
}

function faint(text: string) {
  return toned("faint", text);
}
