import type { Blueprint } from "./blueprint.ts";
import { Recorder } from "./recorder.ts";
import { createHost } from "./recorded-host.ts";
import type { Recording, RecordOptions } from "./recording.ts";

/**
 * Runs a blueprint and records what it declares; never throws for what the blueprint does. Kinds, specs and ids are
 * not checked here (`checkResources` does that, on the main thread), so that this starts fast: it needs no zod.
 */
export function recordBlueprint(blueprint: Blueprint, options: RecordOptions): Recording {
  const recorder = new Recorder(options);
  const host = createHost(recorder, options);
  recorder.run(blueprint, options.parameters, host);
  return recorder;
}
