import { ABSENT, type Observation, type ReadContext, type UnitReading } from "@holdfast/core";
import { type FileSnapshot, snapshotFiles } from "../file/observe.ts";
import type { FileSpec } from "../file/spec.ts";

/** One bulk read of files, and one observation of the units that are made of them. */
export interface FilesAndUnits {
  readonly files: FileSnapshot;
  readonly units: ReadonlyMap<string, Observation<UnitReading>>;
}

/** Reads the file and the unit of each at once. */
export async function snapshotFilesAndUnits(
  specs: readonly { readonly file: FileSpec; readonly unit: string }[],
  context: ReadContext,
): Promise<FilesAndUnits> {
  const names = [...new Set(specs.map(({ unit }) => unit))];
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
