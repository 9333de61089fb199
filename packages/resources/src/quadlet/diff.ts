import { type Change, change, type JsonObject } from "@holdfast/core";
import { diffFile, fingerprintFile } from "../file/diff.ts";
import { diffService, fingerprintService, serviceDetails } from "../service/diff.ts";
import type { QuadletObserved } from "./observe.ts";
import type { QuadletSpec } from "./spec.ts";

/** Compares the file with its spec, what systemd has read with what is on the disk, and whether its service runs. */
export function diffQuadlet(
  { file, service, isAbsent }: QuadletSpec,
  observed: QuadletObserved | undefined,
): readonly Change[] {
  const found = diffFile(file, observed?.file);
  const named = found.map((one) => (one.path === "content" ? { ...one, path: "text" } : one));
  if (named.some(({ path }) => path === "type")) return named;
  const loaded = named.length === 0 ? diffLoaded(isAbsent, observed) : [];
  if (isAbsent) return [...named, ...loaded];
  const running = diffService(service, observed?.service);
  return [...named, ...loaded, ...running.map((one) => ({ ...one, path: `service.${one.path}` }))];
}

/** Whoever wrote the file and was cut off has not had systemd read it. */
function diffLoaded(isAbsent: boolean, observed: QuadletObserved | undefined): readonly Change[] {
  if (observed === undefined) return [];
  if (observed.isStale) return [change("loaded", "another file", "as on the disk")];
  const isUnread = !isAbsent && observed.service?.path === undefined;
  return isUnread ? [change("loaded", undefined, "as on the disk")] : [];
}

/** The state of a quadlet as a short text. */
export function fingerprintQuadlet({ file, service, isStale }: QuadletObserved): string {
  const own = file === undefined ? "-" : fingerprintFile(file);
  const running = service === undefined ? "-" : fingerprintService(service);
  return `${own} ${running} ${Number(isStale)}`;
}

/** What `holdfast status` shows of it. */
export function quadletDetails({ service, isStale }: QuadletObserved): JsonObject {
  return { loaded: !isStale, ...(service === undefined ? {} : serviceDetails(service)) };
}
