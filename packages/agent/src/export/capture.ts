import type { JsonObject } from "@holdfast/core";
import type { Candidate, LeftOut, Way } from "./candidate.ts";
import { type Attempt, describeAll, type DescribeOptions, type Outcome } from "./describe-all.ts";
import { withoutDefaults } from "./without-defaults.ts";

/** What capturing needs. */
export interface CaptureOptions extends DescribeOptions {
  /** Write down everything that a kind can describe, not only what was chosen. */
  readonly isAll: boolean;
}

/** A candidate as an author would write it. */
export interface Captured {
  readonly candidate: Candidate;
  readonly way: Way;
  readonly input: JsonObject;
  readonly why: string;
}

/** Candidates that were written down, and those that could not be. */
export interface Captures {
  readonly captured: readonly Captured[];
  readonly leftOut: readonly LeftOut[];
}

/**
 * Has the kinds observe and describe what the candidates name: one bulk read for each kind, and another for those whose
 * best way did not work. What is not there any more is nothing, and needs no word.
 */
export async function captureAll(
  candidates: readonly Candidate[],
  options: CaptureOptions,
  signal: AbortSignal,
): Promise<Captures> {
  const captured: Captured[] = [];
  const leftOut = new Map<Candidate, LeftOut>();
  let open = candidates;
  for (let round = 0; open.length > 0; round += 1) {
    const attempts = open.flatMap((candidate) => {
      const way = candidate.ways[round];
      return way === undefined ? [] : [{ candidate, way }];
    });
    const outcomes = await describeAll(attempts, options, signal);
    for (const [attempt, outcome] of outcomes) {
      const found = take(attempt, outcome, options);
      if (found === undefined) continue;
      const { candidate } = attempt;
      if (!("reason" in found)) captured.push(found);
      // The failure of its best way is the reason; unless another way shows that it is no choice.
      else if (found.reason === "default" || !leftOut.has(candidate)) leftOut.set(candidate, found);
    }
    open = attempts
      .filter((attempt) => outcomes.get(attempt)?.type === "failed")
      .map(({ candidate }) => candidate);
  }
  for (const { candidate } of captured) leftOut.delete(candidate);
  return { captured, leftOut: [...leftOut.values()] };
}

/** Nothing, where nothing is there any more. */
function take(
  attempt: Attempt,
  outcome: Outcome,
  options: CaptureOptions,
): Captured | LeftOut | undefined {
  if (outcome.type === "absent") return undefined;
  if (outcome.type === "failed") return outcome.leftOut;
  return judged(attempt, outcome.described, options) ?? notChosen(attempt);
}

/** The chosen part of it; `undefined` when it is no choice. */
function judged(
  { candidate, way }: Attempt,
  described: JsonObject,
  { catalog, isAll }: CaptureOptions,
): Captured | undefined {
  const { why } = candidate;
  const said = typeof why === "string" ? why : why(described);
  if (said === undefined && !isAll) return undefined;
  const chosen = isAll ? described : (way.choose?.(described) ?? described);
  const input = isAll ? chosen : withoutDefaults({ ...way, input: chosen }, catalog);
  return { candidate, way, input, why: said ?? "is as the system or a package made it" };
}

function notChosen({ way }: Attempt): LeftOut {
  return { reason: "default", what: `${way.kind}:${way.name}` };
}
