import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import {
  type Blueprint,
  Fault,
  type FaultData,
  formatLocation,
  isBlueprint,
  recordBlueprint,
  type SourceLocation,
} from "@holdfast/core";
import { hookModules } from "./module-hooks.ts";
import { createLocate } from "./stack-location.ts";
import type { WorkerAnswer, WorkerInput } from "./worker-messages.ts";

/** Imports the blueprint and runs it. What it does wrong is in the answer; nothing is thrown for it. */
export async function compileBlueprint(input: WorkerInput): Promise<WorkerAnswer> {
  const { blueprint: url, facts, parameters, kinds } = input;
  const locate = createLocate(hookModules(input));
  try {
    const blueprint = await importBlueprint(url);
    const { declared, diagnostics } = recordBlueprint(blueprint, {
      facts,
      parameters,
      kinds,
      hash,
      locate,
    });
    // One turn, so that a declaration after a promise somebody forgot is noticed.
    await new Promise((resolve) => setImmediate(resolve));
    return { type: "recorded", name: blueprint.name, recording: { declared, diagnostics } };
  } catch (error) {
    return { type: "refused", fault: importFault(url, error, locate(error)) };
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
    resolution: "Repair the blueprint there; holdfast validate tells when it is right.",
  }).toJSON();
}
