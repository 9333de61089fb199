import {
  Fault,
  type InstalledPackage,
  type PackageDatabase,
  type PackageResult,
  type PackageTransaction,
} from "@holdfast/core";
import { shownOutput } from "../package-faults.ts";
import type { StepEnd } from "../package-backend.ts";
import { namesOf } from "./refuse-names.ts";

/** What the outcome of a transaction is judged by. */
export interface OutcomeGround {
  readonly request: PackageTransaction;
  /** As it is afterwards. */
  readonly database: PackageDatabase;
  readonly compareVersions: (a: string, b: string) => number;
  readonly refused: ReadonlyMap<string, Fault>;
  /** How the steps ended. They say why something was not done, never whether it was. */
  readonly ends: readonly StepEnd[];
}

const DONE: PackageResult = { type: "done" };

/** The result of each package, by what the database says now. Pure. */
export function judgeOutcome(ground: OutcomeGround): ReadonlyMap<string, PackageResult> {
  return new Map(namesOf(ground.request).map((name) => [name, judgeName(name, ground)]));
}

function judgeName(name: string, ground: OutcomeGround): PackageResult {
  const refusal = ground.refused.get(name);
  if (refusal !== undefined) return { type: "failed", fault: refusal };
  const found = ground.database.packages.get(name);
  const lacking = whatIsLacking(name, found, ground);
  if (lacking === undefined) return DONE;
  const { ends } = ground;
  const isBroken = found?.state.type === "broken";
  const fault = new Fault({
    reason: isBroken ? "PackageBroken" : "PackageFailed",
    message: `${name} ${lacking}${saidBy(ends)}`,
    resolution: isBroken
      ? "Correct what its script complains of; it is finished with the next attempt."
      : "See what the package tool says of it, and correct that.",
  });
  return { type: "failed", fault };
}

function whatIsLacking(
  name: string,
  found: InstalledPackage | undefined,
  { request, compareVersions }: OutcomeGround,
): string | undefined {
  const state = found?.state.type === "broken" ? found.state.how : found?.state.type;
  const wanted = request.install?.find((each) => each.name === name);
  if (wanted !== undefined && state !== "installed") return `is ${state ?? "not installed"}`;
  if (wanted?.version !== undefined && compareVersions(found?.version ?? "", wanted.version) !== 0)
    return `is still ${found?.version ?? "of no version"}`;
  const isGone = found === undefined || state === "config-files";
  if ((request.remove ?? []).includes(name) && !isGone) return `is still ${state ?? "there"}`;
  if ((request.purge ?? []).includes(name) && found !== undefined) return `is ${state ?? "there"}`;
  if ((request.hold ?? []).includes(name) && found?.isHeld !== true) return "is not held";
  if ((request.unhold ?? []).includes(name) && found?.isHeld === true) return "is still held";
  if ((request.markManual ?? []).includes(name) && found?.isManual !== true)
    return "is not marked as asked for";
  return undefined;
}

function saidBy(ends: readonly StepEnd[]): string {
  const failed = ends.findLast(({ exitCode }) => exitCode !== 0);
  if (failed === undefined) return "";
  const how = failed.exitCode === undefined ? "it was ended" : `exit code ${failed.exitCode}`;
  return ` (${how}: ${shownOutput(failed.output)})`;
}
