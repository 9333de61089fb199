import { API_VERSION, type JsonObject } from "@holdfast/core";
import { placeOf, type TrialReport } from "../text/trial-lines.ts";

/** A trial as data. */
export function trialJson({ name, trial, graph, seed }: TrialReport): JsonObject {
  const { parts, problems, coverage, assumed, leftBehind, lives } = trial;
  return {
    apiVersion: API_VERSION,
    name,
    seed,
    lives,
    parts: parts.map(({ part, lives: count, isProved }) => ({ part, lives: count, isProved })),
    problems: problems.map(({ about, part, what, remedy, story }) => ({
      part,
      about: about.map((id) => `${placeOf(graph, id)}${id}`),
      what,
      remedy,
      story,
    })),
    resources: coverage.map(({ id, applied, repaired, failed, cutOff }) => ({
      id,
      applied,
      repaired,
      failed,
      cutOff,
      ...(assumed.has(id) ? { assumed: assumed.get(id) ?? "" } : {}),
    })),
    leftBehind,
  };
}
