import { type Change, change, type JsonObject } from "@holdfast/core";
import type { ServiceObserved } from "./observe.ts";
import type { ServiceInput, ServiceSpec } from "./spec.ts";

/** Compares a unit with its spec; `undefined` observed means that there is no such unit. */
export function diffService(
  spec: ServiceSpec,
  observed: ServiceObserved | undefined,
): readonly Change[] {
  return [
    ...diffMask(spec, observed),
    ...diffEnabled(spec, observed),
    ...diffRunning(spec, observed),
  ];
}

/** A mask until the next boot is no mask for good. */
function diffMask(
  { isMasked }: ServiceSpec,
  observed: ServiceObserved | undefined,
): readonly Change[] {
  const mask = observed?.mask;
  if (isMasked === undefined) return [];
  if (isMasked ? mask === "persistent" : mask === undefined) return [];
  return [change("masked", mask === "runtime" ? "until the next boot" : !isMasked, isMasked)];
}

/** Nothing starts what stays masked, so that it is as good as disabled, whatever links it has. */
function diffEnabled(
  { isEnabled, isMasked }: ServiceSpec,
  observed: ServiceObserved | undefined,
): readonly Change[] {
  if (isEnabled === undefined) return [];
  const staysMasked = isMasked === true || (observed?.mask !== undefined && isMasked === undefined);
  if (staysMasked && !isEnabled) return [];
  if (enabledState(observed) === isEnabled) return [];
  const from = staysMasked ? "masked" : (enabledWord(observed) ?? "hidden by the mask");
  return [change("enabled", from, isEnabled)];
}

/**
 * Whether it is enabled for good; `undefined` where neither is true: until the next boot, under another name, by a
 * generator, or a mask hides it.
 */
function enabledState(observed: ServiceObserved | undefined): boolean | undefined {
  if (observed?.enablement === undefined) {
    return observed?.mask !== undefined && observed.path !== undefined ? undefined : false;
  }
  const { state, lasting } = observed.enablement;
  if (state === "enabled") return lasting === "persistent" ? true : undefined;
  return DISABLED.has(state) ? false : undefined;
}

/** systemd's words for a unit that no link of its own starts. */
const DISABLED: ReadonlySet<string> = new Set(["disabled", "static", "indirect", "linked"]);

/** How it is enabled, as a person reads it; `undefined` where a mask hides that. */
function enabledWord(observed: ServiceObserved | undefined): boolean | string | undefined {
  if (observed?.path === undefined) return "not found";
  if (observed.enablement === undefined) return undefined;
  const { state, lasting } = observed.enablement;
  if (lasting === "runtime") return `${state} until the next boot`;
  return state === "enabled" ? true : state === "disabled" ? false : state;
}

/** What is not there does not run, and what has failed neither. */
function diffRunning(
  { isRunning }: ServiceSpec,
  observed: ServiceObserved | undefined,
): readonly Change[] {
  if (isRunning === undefined || runningState(observed) === isRunning) return [];
  return [change("state", runningWord(observed), isRunning ? "running" : "stopped")];
}

/** Whether it runs; `undefined` while that is changing, and where nothing runs. */
export function runningState(observed: ServiceObserved | undefined): boolean | undefined {
  switch (observed?.active) {
    case "active":
    case "reloading":
    case "refreshing":
      return true;
    case "activating":
    case "deactivating":
    case "maintenance":
      return undefined;
    default:
      return false;
  }
}

function runningWord(observed: ServiceObserved | undefined): string {
  if (observed === undefined) return "not found";
  const { active, sub } = observed;
  if (active === undefined) return "not running here";
  if (active === "inactive") return observed.path === undefined ? "not found" : "stopped";
  if (active === "failed") return "failed";
  return runningState(observed) === true ? "running" : `${active} (${sub})`;
}

/** The state of a unit as a short text. */
export function fingerprintService(observed: ServiceObserved): string {
  const { active, enablement, mask, path, name } = observed;
  return JSON.stringify([name, active, enablement, mask, path !== undefined]);
}

/** What `holdfast status` shows of a unit. */
export function serviceDetails(observed: ServiceObserved): JsonObject {
  const { active, sub, mask } = observed;
  return {
    ...(active === undefined ? {} : { active: `${active} (${sub})` }),
    enabled: enabledWord(observed) ?? "hidden by the mask",
    masked: mask !== undefined,
  };
}

/**
 * A unit as an author would write it; `undefined` while its state is changing, and where it is masked and runs: nothing
 * could make it so again.
 */
export function describeService(
  { onRefresh, isEnabled: isToBeEnabled }: ServiceSpec,
  observed: ServiceObserved,
): ServiceInput | undefined {
  const isRunning = runningState(observed);
  const { mask } = observed;
  if (isRunning === undefined || mask === "runtime" || (mask !== undefined && isRunning)) {
    return undefined;
  }
  const isEnabled = mask === undefined ? enabledState(observed) : undefined;
  // With a mask nobody can write whether it is enabled besides.
  if (mask !== undefined && isToBeEnabled !== undefined) return undefined;
  return {
    ...(observed.active === undefined ? {} : { state: isRunning ? "running" : "stopped" }),
    ...(isEnabled === undefined ? {} : { enabled: isEnabled }),
    masked: mask !== undefined,
    onRefresh,
  };
}
