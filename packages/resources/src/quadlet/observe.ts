import { ABSENT, type Observation, present, type ReadContext } from "@holdfast/core";
import { isInTheWay } from "../file/diff.ts";
import { type FileObserved, observeFile } from "../file/observe.ts";
import { renderedText } from "../rendered-file/rendered-file.ts";
import { describeService } from "../service/diff.ts";
import { observedOf, type ServiceObserved } from "../service/observe.ts";
import { type FilesAndUnits, snapshotFilesAndUnits } from "../unit/files-and-units.ts";
import type { QuadletInput, QuadletSpec } from "./spec.ts";

/** Where systemd's generators put units. */
const GENERATED = "/run/systemd/generator";

/** What is there of a quadlet. */
export interface QuadletObserved {
  /** `undefined`: nothing is at the path. */
  readonly file: FileObserved | undefined;
  /** `undefined`: systemd knows no such service. */
  readonly service: ServiceObserved | undefined;
  /** The service that systemd knows was made of another file than the one on the disk. */
  readonly isStale: boolean;
}

/** The files, and their services. */
export type QuadletSnapshot = FilesAndUnits;

/** Reads everything that the specs need at once. */
export async function snapshotQuadlets(
  specs: readonly QuadletSpec[],
  context: ReadContext,
): Promise<QuadletSnapshot> {
  const parts = specs.map(({ file, service: { unit } }) => ({ file, unit }));
  return snapshotFilesAndUnits(parts, context);
}

/** Observes one quadlet, in the snapshot where it is in it. */
export async function observeQuadlet(
  spec: QuadletSpec,
  context: ReadContext<QuadletSnapshot>,
): Promise<Observation<QuadletObserved>> {
  const given = context.snapshot?.files.readings.has(spec.file) ? context.snapshot : undefined;
  const snapshot = given ?? (await snapshotQuadlets([spec], { ...context, snapshot: undefined }));
  const found = await observeFile(spec.file, { ...context, snapshot: snapshot.files });
  // What is no file has no service either, and is refused for what it is.
  if (found.type === "present" && isInTheWay(spec.file, found.value)) {
    return present({ file: found.value, service: undefined, isStale: false });
  }
  const unit = snapshot.units.get(spec.service.unit) ?? ABSENT;
  for (const each of [unit, found]) if (each.type === "unknown") return each;
  const reading = unit.type === "present" ? unit.value : undefined;
  const file = found.type === "present" ? found.value : undefined;
  const isGenerated = reading?.path?.startsWith(GENERATED) === true;
  const isStale = isGenerated && reading?.runtime?.details?.needsReload === true;
  if (file === undefined && !isStale) return ABSENT;
  return present({ file, service: reading && observedOf(reading), isStale });
}

/**
 * A quadlet as an author would write it; `undefined` for what the generator has made no service of, or has not read yet, and
 * while the service is neither running nor stopped.
 */
export function describeQuadlet(
  spec: QuadletSpec,
  { file, service, isStale }: QuadletObserved,
): QuadletInput | undefined {
  const text = renderedText(file);
  if (isStale || text === undefined || text === "" || service?.path === undefined) return undefined;
  const state = describeService(spec.service, service)?.state;
  if (state === undefined || state === "absent") return undefined;
  return { text, state };
}
