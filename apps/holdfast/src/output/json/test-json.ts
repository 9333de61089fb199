import { API_VERSION, type JsonObject } from "@holdfast/core";
import { placeOf, type TestReport } from "../text/test-lines.ts";

/** The report of a test as data. */
export function testJson({ name, blueprintTest, graph, seed }: TestReport): JsonObject {
  const { parts, problems, coverage, assumed, leftBehind, runs } = blueprintTest;
  return {
    apiVersion: API_VERSION,
    name,
    seed,
    runs,
    parts: parts.map(({ part, runs: count, isProved }) => ({ part, runs: count, isProved })),
    problems: problems.map(({ about, part, what, remedy, story }) => ({
      part,
      about: about.map((id) => `${placeOf(graph, id)}${id}`),
      what,
      remedy,
      story,
    })),
    resources: coverage.map(({ id, applied, refreshed, repaired, failed, cutOff }) => ({
      id,
      applied,
      refreshed,
      repaired,
      failed,
      cutOff,
      ...(assumed.has(id) ? { assumed: assumed.get(id) ?? "" } : {}),
    })),
    leftBehind,
  };
}
