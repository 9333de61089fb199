import { formatLocation, type Graph, type ResourceId } from "@holdfast/core";
import type { Problem, ResourceCoverage, BlueprintTest } from "@holdfast/simulator";
import { type Line, line, toned } from "./line.ts";

/** The results of a test, with its subject. */
export interface TestReport {
  readonly name: string;
  readonly blueprintTest: BlueprintTest;
  readonly graph: Graph;
  readonly seed: number;
}

/** The report of a test as lines: proofs, problems with their history, and the counts of each resource. */
export function testLines(report: TestReport): readonly Line[] {
  const { name, blueprintTest, graph, seed } = report;
  const count = graph.resources.length;
  return [
    line(
      toned("strong", name),
      `: ${count} ${count === 1 ? "resource" : "resources"}, ${blueprintTest.runs} runs on simulated machines, seed ${seed}`,
    ),
    ...blueprintTest.parts.map(({ part, runs, isProved }) =>
      line(toned(isProved ? "good" : "bad", isProved ? "✓" : "✗"), ` ${part}`, faint(`  ${runs}`)),
    ),
    ...blueprintTest.leftBehind.map((path) =>
      line(toned("changed", "!"), ` ${path} was made by the old manifest, and is not declared now`),
    ),
    ...blueprintTest.problems.flatMap((problem) => problemLines(problem, report)),
    line(""),
    ...blueprintTest.coverage.map((covered) => coverageLine(covered, blueprintTest.assumed)),
  ];
}

function problemLines(problem: Problem, { graph }: TestReport): readonly Line[] {
  const { about, part, what, remedy, story } = problem;
  return [
    line(""),
    line(toned("bad", `✗ ${part}: `), toned("strong", about[0] ?? "something"), `: ${what}`),
    ...about.map((id) => line(`    ${placeOf(graph, id)}${id}`)),
    line(toned("faint", `    → ${remedy}`)),
    ...story.map((published) => line(toned("faint", `    ${published}`))),
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
  { id, applied, refreshed, repaired, failed, cutOff }: ResourceCoverage,
  assumed: BlueprintTest["assumed"],
): Line {
  const unknown = assumed.get(id);
  const note = unknown === undefined ? "" : `; not simulated, taken for granted: ${unknown}`;
  const made = `made ${applied} times${refreshed === 0 ? "" : `, refreshed ${refreshed}`}`;
  return line(
    id,
    faint(`  ${made}, repaired ${repaired}, failed ${failed}, cut off ${cutOff}`),
    unknown === undefined ? "" : toned("changed", note),
  );
}

function faint(text: string) {
  return toned("faint", text);
}
