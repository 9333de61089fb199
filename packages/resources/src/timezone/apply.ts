import { Fault, type KindAction, type WriteContext } from "@holdfast/core";
import { applyLink } from "../link/apply.ts";
import { applyPart } from "../rendered-file/rendered-file.ts";
import { LOCAL_TIME, NAME_FILE } from "./diff.ts";
import { isZone, readZone, type TimezoneObserved } from "./observe.ts";
import type { TimezoneSpec } from "./spec.ts";

/**
 * Turns the link, and writes the name where the machine has it.
 * @throws {Fault} UnknownTimeZone, when no such zone is installed: the machine would silently be at UTC; WrongType, for
 *   something else than a file or link at the paths.
 */
export async function applyTimezone(
  action: KindAction<TimezoneSpec, TimezoneObserved>,
  context: WriteContext,
): Promise<void> {
  const { spec, observed, changes } = action;
  if (changes.length === 0) return;
  const zone = await readZone(spec, context);
  if (zone.type === "unknown") throw zone.fault;
  if (zone.type === "absent" || !isZone(zone.value)) throw unknownZone(spec);
  const ofLink = changes.filter(({ path }) => path.startsWith(`${LOCAL_TIME}.`));
  const link = { ...action, spec: spec.link, observed: observed?.link, changes: ofLink };
  await applyLink(link, context);
  await applyPart(NAME_FILE, { ...action, spec: spec.file, observed: observed?.file }, context);
}

function unknownZone({ zone, zonePath }: TimezoneSpec): Fault {
  return new Fault({
    reason: "UnknownTimeZone",
    message: `${zonePath} is no time zone of this machine, so ${zone} cannot be its own`,
    resolution:
      "Correct the name (timedatectl list-timezones has them), or declare the package tzdata.",
  });
}
