import type { BindReport } from "@holdfast/core";
import * as z from "zod/mini";
import type { FileSpec } from "../file/spec.ts";
import { bindLink, type LinkSpec } from "../link/spec.ts";
import { renderedFile } from "../rendered-file/rendered-file.ts";

/** The database of tzdata. */
const ZONES = "/usr/share/zoneinfo";
/** What systemd and timedatectl write, which means the same. */
const RELATIVE_ZONES = "../usr/share/zoneinfo";
/** What the C library reads. */
const LOCAL_TIME = "/etc/localtime";
/** The name alone, where Debian's programs have it. */
const ZONE_FILE = "/etc/timezone";

/** No `..`, no path from the root, nothing hidden. */
const ZONE = /^[A-Za-z0-9][A-Za-z0-9._+-]*(?:\/[A-Za-z0-9][A-Za-z0-9._+-]*)*$/;
const MOST_CHARACTERS = 128;

/** What an author writes under `spec` of a timezone. */
export const timezoneSchema = z.strictObject({
  zone: z.optional(
    z
      .string()
      .check(z.describe("The zone, as in Europe/Berlin. Default: the name of the resource.")),
  ),
});

/** What an author writes under `spec` of a timezone. */
export type TimezoneInput = z.infer<typeof timezoneSchema>;

/** Which time zone a machine should have. */
export interface TimezoneSpec {
  readonly zone: string;
  /** What it must be there as. */
  readonly zonePath: string;
  readonly link: LinkSpec;
  /** Kept equal where the machine has it; never made. */
  readonly file: FileSpec;
}

/** Joins the resource's name and input. */
export function bindTimezone(name: string, input: TimezoneInput, report: BindReport): TimezoneSpec {
  const zone = input.zone ?? name;
  if (!ZONE.test(zone) || zone.length > MOST_CHARACTERS) {
    const field = input.zone === undefined ? "" : "zone";
    const detail = `"${zone}" is not a name below ${ZONES}: write it as in Europe/Berlin or Etc/UTC`;
    report(field, "not a time zone", detail);
  }
  const zonePath = `${ZONES}/${zone}`;
  return {
    zone,
    zonePath,
    // A copy of a zone, as images have it, makes way for the link.
    link: bindLink(LOCAL_TIME, { target: zonePath, force: true }, report),
    file: renderedFile({ path: ZONE_FILE, text: zoneText(zone) }, report),
  };
}

/** The text of /etc/timezone. */
export function zoneText(zone: string): string {
  return `${zone}\n`;
}

/** The zone that a link leads to, in either spelling; `undefined` when it leads elsewhere. */
export function zoneOfTarget(target: string): string | undefined {
  const from = [ZONES, RELATIVE_ZONES].find((directory) => target.startsWith(`${directory}/`));
  if (from === undefined) return undefined;
  const zone = target.slice(from.length + 1);
  return ZONE.test(zone) ? zone : undefined;
}
