import {
  ABSENT,
  type FileReading,
  type Observation,
  present,
  type ReadContext,
} from "@holdfast/core";
import { toByteString } from "../byte-text.ts";
import {
  type FileObserved,
  type FileSnapshot,
  observeFile,
  snapshotFiles,
} from "../file/observe.ts";
import { renderedText } from "../rendered-file/rendered-file.ts";
import type { KernelModuleInput } from "./fields.ts";
import { parseRules } from "./module-text.ts";
import { bindKernelModule, type KernelModuleSpec } from "./spec.ts";

/** One line for each module that is loaded; what is built into the kernel is not in it. */
const LOADED = "/proc/modules";

/** What is kept about a module, and whether the kernel has it now. */
export interface KernelModuleObserved {
  readonly load?: FileObserved;
  readonly rules?: FileObserved;
  /** `undefined`: that is not known. */
  readonly isLoaded?: boolean;
}

/** One bulk read for all. */
export interface KernelModuleSnapshot {
  readonly files: FileSnapshot;
  /** `undefined`: they are not known. */
  readonly loaded: ReadonlySet<string> | undefined;
}

/** Reads the files of all modules, and which the kernel has. */
export async function snapshotKernelModules(
  specs: readonly KernelModuleSpec[],
  context: ReadContext,
): Promise<KernelModuleSnapshot> {
  const files = await snapshotFiles(
    specs.flatMap(({ reads }) => [reads.load, reads.rules]),
    context,
  );
  const { host, signal } = context;
  return {
    files,
    loaded: namesIn(await host.files.read({ path: LOADED, content: "bytes" }, signal)),
  };
}

/** Observes one module, in the snapshot where it is in it. */
export async function observeKernelModule(
  spec: KernelModuleSpec,
  context: ReadContext<KernelModuleSnapshot>,
): Promise<Observation<KernelModuleObserved>> {
  const { files, loaded } =
    context.snapshot?.files.readings.has(spec.reads.load) === true
      ? context.snapshot
      : await snapshotKernelModules([spec], { ...context, snapshot: undefined });
  const load = await observeFile(spec.reads.load, { ...context, snapshot: files });
  const rules = await observeFile(spec.reads.rules, { ...context, snapshot: files });
  if (load.type === "unknown") return load;
  if (rules.type === "unknown") return rules;
  if (load.type === "absent" && rules.type === "absent") return ABSENT;
  return present({
    ...(load.type === "present" ? { load: load.value } : {}),
    ...(rules.type === "present" ? { rules: rules.value } : {}),
    ...(loaded === undefined ? {} : { isLoaded: loaded.has(spec.module) }),
  });
}

/** A module as an author would write it; `undefined` where its files say what fields cannot. */
export function describeKernelModule(
  { name }: KernelModuleSpec,
  { load, rules }: KernelModuleObserved,
): KernelModuleInput | undefined {
  const text = renderedText(rules);
  const input = { load: load !== undefined, ...(text === undefined ? {} : parseRules(text)) };
  let isPossible = true;
  const again = bindKernelModule(name, input, () => {
    isPossible = false;
  });
  const isSame = isRendered(again.load, load) && isRendered(again.rules, rules);
  return isPossible && isSame ? input : undefined;
}

function isRendered({ content }: KernelModuleSpec["load"], observed: FileObserved | undefined) {
  if (content.type !== "inline") return observed === undefined;
  return content.text === renderedText(observed);
}

function namesIn(reading: Observation<FileReading>): ReadonlySet<string> | undefined {
  if (reading.type !== "present" || reading.value.bytes === undefined) return undefined;
  const lines = toByteString(reading.value.bytes).split("\n");
  return new Set(lines.map((line) => line.split(" ", 1)[0] ?? ""));
}
