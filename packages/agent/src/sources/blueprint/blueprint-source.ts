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
import { refuseUnsafeSource, type SourceTrust, trustWarning } from "../source-safety.ts";
import { withForeignWords } from "../with-foreign-words.ts";

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
    const isOfUser = refuseUnsafeSource(path, options);
    const answer = await compileOnce(path, options, signal);
    if (answer.type === "changed") continue;
    if (answer.type === "refused") throw new Fault(answer.fault);
    const { name, recording } = answer;
    const read = await withForeignWords(options, (words) =>
      manifestOfRecording(name, recording, words === undefined ? options : { ...options, words }),
    );
    const warnings = isOfUser ? [trustWarning(path, options)] : [];
    return { ...read, diagnostics: [...warnings, ...read.diagnostics] };
  }
  throw sourceChanging(path);
}

async function compileOnce(
  path: string,
  options: SourceOptions,
  signal: AbortSignal,
): Promise<WorkerAnswer> {
  const input = {
    blueprint: pathToFileURL(await resolveLinks(path, signal)).href,
    sdk: options.sdk.href,
    facts: options.facts,
    parameters: options.parameters ?? {},
    kinds: offeredKinds(options),
    trust: trustOf(options),
    compileCache: compileCache(),
  };
  return await runWorker(input, options, signal);
}

/** Of all options what a process gets. */
function trustOf({ userId, sudoUserId, trustsSudoUser, isLasting }: SourceTrust): SourceTrust {
  return {
    userId,
    ...(sudoUserId === undefined ? {} : { sudoUserId }),
    ...(trustsSudoUser === undefined ? {} : { trustsSudoUser }),
    ...(isLasting === undefined ? {} : { isLasting }),
  };
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
