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
import type { SourceOptions } from "../source-options.ts";
import { sourceFault } from "../source-fault.ts";
import { refuseUnsafeSource, type SourceTrust, trustWarning } from "../source-safety.ts";
import { withForeignWords } from "../with-foreign-words.ts";

/**
 * Compiles a blueprint afresh, in a process of its own with a deadline and a memory cap, and checks what it declared.
 * @throws {Fault} NotFound, PermissionDenied, SourceUnsafe, BlueprintFailed, BlueprintInvalid, BlueprintTimeout,
 *   BlueprintMemory, Aborted.
 */
export async function loadBlueprint(
  path: string,
  options: SourceOptions,
  signal: AbortSignal,
): Promise<Diagnosed<Manifest>> {
  const isOfUser = refuseUnsafeSource(path, options);
  const answer = await runWorker(
    {
      blueprint: pathToFileURL(await resolveLinks(path, signal)).href,
      sdk: options.sdk.href,
      facts: options.facts,
      parameters: options.parameters ?? {},
      kinds: offeredKinds(options),
      trust: trustOf(options),
      compileCache: compileCache(),
    },
    options,
    signal,
  );
  if (answer.type === "refused") throw new Fault(answer.fault);
  const { name, recording } = answer;
  const read = await withForeignWords(options, (words) =>
    manifestOfRecording(name, recording, words === undefined ? options : { ...options, words }),
  );
  const warnings = isOfUser ? [trustWarning(path, options)] : [];
  return { ...read, diagnostics: [...warnings, ...read.diagnostics] };
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
