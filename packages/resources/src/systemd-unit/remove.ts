import type { WriteContext } from "@holdfast/core";
import { isTemplateUnit, type SystemdUnitSpec } from "./spec.ts";

/** A job is bounded by the deadline of the resource, which aborts it; this only stands above every deadline. */
const JOB_TIMEOUT_MS = 86_400_000;
/** Where packages have the units that one of an administrator counts more than. */
const VENDOR_DIRECTORIES = [
  "/usr/local/lib/systemd/system",
  "/usr/lib/systemd/system",
  "/lib/systemd/system",
];

/**
 * Removes the file of a unit. The unit is stopped and disabled first, while systemd still knows what it is; where a
 * package has one of its name, that one counts again, and goes on.
 */
export async function removeUnitFile(spec: SystemdUnitSpec, context: WriteContext): Promise<void> {
  const { host, signal } = context;
  const { unit, directory, file } = spec;
  if (directory === undefined && !(await isPackaged(unit, context))) {
    if (!isTemplateUnit(spec)) {
      await host.services.stop({ unit, timeoutMs: JOB_TIMEOUT_MS }, signal);
    }
    await host.services.disable([unit], signal);
  }
  await host.files.remove({ path: file.path }, signal);
  if (directory === undefined) return;
  const left = await host.files.list(directory, signal);
  if (left.type === "unknown") throw left.fault;
  if (left.type === "present" && left.value.length === 0) {
    await host.files.remove({ path: directory }, signal);
  }
}

async function isPackaged(unit: string, { host, signal }: WriteContext): Promise<boolean> {
  const requests = VENDOR_DIRECTORIES.map((directory) => ({
    path: `${directory}/${unit}`,
    content: "none" as const,
  }));
  const found = await host.files.readMany(requests, signal);
  for (const each of found) if (each.type === "unknown") throw each.fault;
  return found.some(({ type }) => type === "present");
}
