import { type Observation, present, type ReadContext, type FileReading } from "@holdfast/core";
import { type FileObserved, observeFile } from "../file/observe.ts";
import { type LinkObserved, observeLink } from "../link/observe.ts";
import { renderedText } from "../rendered-file/rendered-file.ts";
import { type TimezoneInput, type TimezoneSpec, zoneOfTarget, zoneText } from "./spec.ts";

/** More than any zone has. */
const MOST_ZONE_BYTES = 65_536;
/** What every zone begins with (tzfile(5)): the database has lists and directories beside its zones. */
const MAGIC = "TZif";

/** Which zone a machine has. It has one always: without a link it is UTC. */
export interface TimezoneObserved {
  /** `undefined`: nothing is there. */
  readonly link?: LinkObserved;
  /** `undefined`: the machine does without it. */
  readonly file?: FileObserved;
  /** The declared zone is in the machine's database. */
  readonly isKnown: boolean;
}

/** Reads the link, the name beside it, and whether the declared zone is there. */
export async function observeTimezone(
  spec: TimezoneSpec,
  context: ReadContext,
): Promise<Observation<TimezoneObserved>> {
  const alone = { ...context, snapshot: undefined };
  const link = await observeLink(spec.link, alone);
  if (link.type === "unknown") return link;
  const file = await observeFile(spec.file, alone);
  if (file.type === "unknown") return file;
  const zone = await readZone(spec, context);
  if (zone.type === "unknown") return zone;
  return present({
    ...(link.type === "present" ? { link: link.value } : {}),
    ...(file.type === "present" ? { file: file.value } : {}),
    isKnown: zone.type === "present" && isZone(zone.value),
  });
}

/** The zone as an author would write it; `undefined` for a copy, another place, or two names that differ. */
export function describeTimezone(
  _spec: TimezoneSpec,
  { link, file }: TimezoneObserved,
): TimezoneInput | undefined {
  const zone = link?.target === undefined ? undefined : zoneOfTarget(link.target);
  if (zone === undefined) return undefined;
  return file === undefined || renderedText(file) === zoneText(zone) ? { zone } : undefined;
}

/** The zone as it is now: a link in the database is followed. */
export function readZone(
  { zonePath: path }: TimezoneSpec,
  { host, signal }: Pick<ReadContext, "host" | "signal">,
): Promise<Observation<FileReading>> {
  const request = { path, content: "bytes", maxBytes: MOST_ZONE_BYTES, followLink: true } as const;
  return host.files.read(request, signal);
}

/** Whether what was read is a zone. */
export function isZone({ entry, bytes }: FileReading): boolean {
  if (entry.type !== "file" || bytes === undefined) return false;
  return new TextDecoder("latin1").decode(bytes.subarray(0, MAGIC.length)) === MAGIC;
}
