import { realpath } from "node:fs/promises";
import module from "node:module";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import {
  type Diagnosed,
  Fault,
  type Manifest,
  manifestOfRecording,
  type OfferedKind,
} from "@holdfast/core";
import { runWorker } from "./blueprint-process.ts";
import type { WorkerAnswer } from "./worker-messages.ts";
import { MOST_READINGS, sourceChanging } from "../file-identity.ts";
import type { SourceOptions } from "../source-options.ts";
import { sourceFault } from "../source-fault.ts";
import { refuseUnsafeSource } from "../source-safety.ts";

/**
 * Compiles a blueprint afresh, in a process of its own with a deadline and a memory cap, and checks what it declared. Where
 * its modules are exchanged or written while they are read, it is compiled again: they were all there at one moment.
 * @throws {Fault} NotFound, PermissionDenied, SourceUnsafe, BlueprintFailed, BlueprintInvalid, BlueprintTimeout,
 *   BlueprintMemory, SourceChanging, Aborted.
 */
export async function loadBlueprint(
  path: string,
  options: SourceOptions,
  signal: AbortSignal,
): Promise<Diagnosed<Manifest>> {
  for (let reading = 0; reading < MOST_READINGS; reading++) {
    const answer = await compileOnce(path, options, signal);
    if (answer.type === "changed") continue;
    if (answer.type === "refused") throw new Fault(answer.fault);
    return manifestOfRecording(answer.name, answer.recording, options);
  }
  throw sourceChanging(path);
}

async function compileOnce(
  path: string,
  options: SourceOptions,
  signal: AbortSignal,
): Promise<WorkerAnswer> {
  refuseUnsafeSource(path, options.userId);
  const input = {
    blueprint: pathToFileURL(await resolveLinks(path, signal)).href,
    sdk: options.sdk.href,
    facts: options.facts,
    parameters: options.parameters ?? {},
    kinds: offeredKinds(options),
    userId: options.userId,
    compileCache: compileCache(),
  };
  return await runWorker(input, options, signal);
}

async function resolveLinks(path: string, signal: AbortSignal): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    throw sourceFault(path, error, signal);
  }
}

function offeredKinds({ catalog }: SourceOptions): readonly OfferedKind[] {
  return [...catalog.values()].map(({ kind, support }) => ({ kind, platforms: support.platforms }));
}

/**
 * Where the worker keeps compiled code: where this thread does, which was found to be private before anything was
 * loaded from it. Node adds a directory for its version.
 */
function compileCache(): string | undefined {
  const inUse = module.getCompileCacheDir?.();
  return inUse === undefined ? undefined : dirname(inUse);
}
