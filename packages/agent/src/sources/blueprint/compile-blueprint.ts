import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { Fault, type FaultData, formatLocation, type SourceLocation } from "@holdfast/core";
import { type Blueprint, isBlueprint, recordBlueprint } from "@holdfast/core/blueprint";
import { hookModules } from "./module-hooks.ts";
import { createLocate } from "./stack-location.ts";
import type { WorkerAnswer, WorkerInput } from "./worker-messages.ts";

/** A compilation that was started. */
export interface Compilation {
  readonly answer: Promise<WorkerAnswer>;
  /** Where in the blueprint's files an error was thrown. */
  readonly locate: (thrown?: unknown) => SourceLocation | undefined;
}

/** Imports the blueprint and runs it. What it does wrong is in the answer; nothing is thrown for it. */
export function compileBlueprint(input: WorkerInput): Compilation {
  const { files, areOneState } = hookModules(input);
  const locate = createLocate(files);
  const answer = compile(input, locate).then((one) =>
    areOneState(one.type === "refused") ? one : CHANGED,
  );
  return { answer, locate };
}

/** Half of one state and half of another may also fail; neither is what anybody wrote. */
const CHANGED: WorkerAnswer = { type: "changed" };

/** The answer for a blueprint that threw. */
export function refusal(
  url: string,
  error: unknown,
  { locate }: Pick<Compilation, "locate">,
): WorkerAnswer {
  return { type: "refused", fault: importFault(url, error, locate(error)) };
}

async function compile(input: WorkerInput, locate: Compilation["locate"]): Promise<WorkerAnswer> {
  const { blueprint: url, facts, parameters, kinds } = input;
  try {
    const blueprint = await importBlueprint(url);
    const options = { facts, parameters, kinds, hash, locate };
    const { declared, diagnostics, prune } = recordBlueprint(blueprint, options);
    // One turn, so that a declaration after a promise somebody forgot is noticed.
    await new Promise((resolve) => setImmediate(resolve));
    const recording = { declared, diagnostics, ...(prune === undefined ? {} : { prune }) };
    return { type: "recorded", name: blueprint.name, recording };
  } catch (error) {
    return refusal(url, error, { locate });
  }
}

const hash = {
  sha256: (data: Uint8Array | string) => createHash("sha256").update(data).digest("hex"),
};

async function importBlueprint(url: string): Promise<Blueprint> {
  const exported: unknown = await import(url);
  const isModule = typeof exported === "object" && exported !== null;
  const value: unknown = isModule && "default" in exported ? exported.default : undefined;
  if (isBlueprint(value)) return value;
  const found = value === undefined ? "nothing" : "something else";
  throw new Fault({
    reason: "BlueprintInvalid",
    message: `${fileURLToPath(url)} has ${found} as its default export where a blueprint is needed`,
    resolution:
      'Write: export default blueprint("name", (host) => { … }), importing it from "holdfast".',
  });
}

function importFault(url: string, error: unknown, location: SourceLocation | undefined): FaultData {
  if (error instanceof Fault) return error.toJSON();
  const place = formatLocation(location ?? { file: fileURLToPath(url) });
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new Fault({
    reason: "BlueprintFailed",
    message: `${place}: ${what}`,
    resolution: "Repair the blueprint there; holdfast validate says when it is right.",
  }).toJSON();
}
