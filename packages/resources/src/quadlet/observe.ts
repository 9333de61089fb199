import {
  ABSENT,
  type Observation,
  present,
  type ReadContext,
  type UnitReading,
} from "@holdfast/core";
import { isInTheWay } from "../file/diff.ts";
import {
  type FileObserved,
  type FileSnapshot,
  observeFile,
  snapshotFiles,
} from "../file/observe.ts";
import { describeService } from "../service/diff.ts";
import { observedOf, type ServiceObserved } from "../service/observe.ts";
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

/** One bulk read of the files, and one observation of their services. */
export interface QuadletSnapshot {
  readonly files: FileSnapshot;
  readonly units: ReadonlyMap<string, Observation<UnitReading>>;
}

/** Reads everything that the specs need at once. */
export async function snapshotQuadlets(
  specs: readonly QuadletSpec[],
  context: ReadContext,
): Promise<QuadletSnapshot> {
  const names = [...new Set(specs.map(({ service }) => service.unit))];
  const requests = names.map((unit) => ({ unit, details: true }));
  const [files, found] = await Promise.all([
    snapshotFiles(
      specs.map(({ file }) => file),
      context,
    ),
    context.host.services.observeMany(requests, context.signal),
  ]);
  return { files, units: new Map(names.map((unit, at) => [unit, found[at] ?? ABSENT])) };
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
  if (isStale || file?.type !== "file" || file.content.type !== "text") return undefined;
  if (file.content.text === "" || service?.path === undefined) return undefined;
  if (file.mode !== 0o644 || file.uid !== 0 || file.gid !== 0) return undefined;
  const state = describeService(spec.service, service)?.state;
  if (state === undefined || state === "absent") return undefined;
  return { text: file.content.text, state };
}
