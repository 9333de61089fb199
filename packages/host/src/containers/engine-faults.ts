import { Fault, type FaultReason } from "@holdfast/core";
import { unavailable } from "./engine/exchange.ts";
import { type EngineAnswer, wordsOf } from "./engine/engine-client.ts";

const NOT_FOUND = 404;
const CONFLICT = 409;
const NOT_MODIFIED = 304;

/** There is no such thing. */
export function isMissing({ status }: EngineAnswer): boolean {
  return status === NOT_FOUND;
}

/** @throws {Fault} ContainersUnavailable, when a question was not answered: nothing is known then. */
export function demandDone(answer: EngineAnswer, what: string): void {
  if (isDone(answer)) return;
  throw unavailable(`the container engine does not tell of ${what}: ${wordsOf(answer)}`);
}

/** What a refusal of a change means; ContainerFailed where it means nothing of these. */
export interface Refusals {
  /** Default: NotFound. */
  readonly missing?: FaultReason;
  /** Of a conflict. */
  readonly conflict?: FaultReason;
}

/** @throws {Fault} what the refusal of a change means, with the engine's words: they are shown and decide nothing. */
export function demandChanged(answer: EngineAnswer, what: string, refusals: Refusals = {}): void {
  if (isDone(answer)) return;
  const { missing = "NotFound", conflict = "ContainerFailed" } = refusals;
  const reason = reasonOf(answer, { missing, conflict });
  throw new Fault({
    reason,
    message: `${what}: ${wordsOf(answer)}`,
    resolution: RESOLUTIONS[reason] ?? "Correct what the engine names, and apply again.",
    retry: "backoff",
  });
}

function reasonOf(answer: EngineAnswer, refusals: Required<Refusals>): FaultReason {
  if (answer.status === NOT_FOUND) return refusals.missing;
  return answer.status === CONFLICT ? refusals.conflict : "ContainerFailed";
}

/** Done now, or before. */
function isDone({ status }: EngineAnswer): boolean {
  return (status >= 200 && status < 300) || status === NOT_MODIFIED;
}

const RESOLUTIONS: Partial<Record<FaultReason, string>> = {
  AlreadyExists: "Remove or rename the container that has the name, or choose another name.",
  ContainerInUse: "Remove the containers that use it first.",
  ImageUnavailable: "Correct the name of the image, or let it be pulled.",
  NotFound: "Declare or make it first.",
};
