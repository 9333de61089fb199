import { type BindReport, isTemplate, parseUnitName, type Thing } from "@holdfast/core";
import * as z from "zod/mini";
import { checkUnitName, unitOf } from "../unit/unit-of.ts";

/** What an author writes under `spec` of a service; its name is that of the unit. */
export const serviceSchema = z.strictObject({
  state: z.optional(
    z
      .enum(["running", "stopped", "absent"])
      .check(
        z.describe('Whether it runs: "running", "stopped", or "absent" (stopped and disabled).'),
      ),
  ),
  enabled: z.optional(
    z.boolean().check(z.describe("Whether it is started at boot, or by what its unit names.")),
  ),
  masked: z.optional(z.boolean().check(z.describe("Whether nothing at all may start it."))),
  onRefresh: z.optional(
    z
      .enum(["reload", "restart", "reload-or-restart"])
      .check(z.describe("What a notification makes it do. Default: restart.")),
  ),
});

/** What an author writes under `spec` of a service. */
export type ServiceInput = z.infer<typeof serviceSchema>;

/** What a notification makes a service do. */
export type OnRefresh = NonNullable<ServiceInput["onRefresh"]>;

/** What a service should be; what is `undefined` is not managed. */
export interface ServiceSpec {
  /** The full name of its unit. */
  readonly unit: string;
  readonly isRunning?: boolean;
  readonly isEnabled?: boolean;
  readonly isMasked?: boolean;
  readonly onRefresh: OnRefresh;
  readonly isAbsent: boolean;
}

/** Types of units that are started and stopped. The others come and go by themselves. */
const STARTABLE = ["service", "socket", "timer", "path", "target", "mount", "automount", "swap"];

/** Joins name and input. */
export function bindService(name: string, input: ServiceInput, report: BindReport): ServiceSpec {
  const { state, enabled, masked, onRefresh = "restart" } = input;
  const unit = unitOf(name);
  checkUnit(unit, report);
  checkTogether(input, report);
  const isAbsent = state === "absent";
  const isEnabled = isAbsent ? false : enabled;
  return {
    unit,
    ...(state === undefined ? {} : { isRunning: state === "running" }),
    ...(isEnabled === undefined ? {} : { isEnabled }),
    ...(masked === undefined ? {} : { isMasked: masked }),
    onRefresh,
    isAbsent,
  };
}

function checkUnit(unit: string, report: BindReport): void {
  const parsed = checkUnitName(unit, "", report);
  if (parsed === undefined) return;
  if (isTemplate(parsed)) {
    const example = `${parsed.prefix}@NAME.${parsed.suffix}`;
    report("", "a template does not run", `name an instance of it: ${example}`);
  } else if (!STARTABLE.includes(parsed.suffix)) {
    const detail = `a ${parsed.suffix} comes and goes by itself: nobody starts or enables it`;
    report("", "not a unit that is started", detail);
  }
}

function checkTogether({ state, enabled, masked }: ServiceInput, report: BindReport): void {
  if (state === "absent" && (enabled !== undefined || masked !== undefined)) {
    const detail = 'write state: "stopped" with them; absent means stopped and disabled';
    report("state", "absent together with enabled or masked", detail);
  }
  if (masked !== true) return;
  const detail = "what is masked is started by nothing: keep one of the two";
  if (state === "running") report("masked", "masked and running", detail);
  if (enabled === true) report("masked", "masked and enabled", detail);
}

/** Stopped, started by nothing, and without a mask that was declared. */
export function absentService({ isMasked, ...spec }: ServiceSpec): ServiceSpec {
  const unmasked = isMasked === true ? { isMasked: false } : {};
  return { ...spec, ...unmasked, isRunning: false, isEnabled: false, isAbsent: true };
}

/** A service comes after what declares its unit; after files of the unit it comes by their names. */
export function neededByService({ unit }: ServiceSpec): readonly Thing[] {
  const template = parseUnitName(unit)?.template;
  return [`unit:${unit}`, ...(template === undefined ? [] : [`unit:${template}` as const])];
}
