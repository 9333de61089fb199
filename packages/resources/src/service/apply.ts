import {
  ABSENT,
  type Change,
  Fault,
  type KindAction,
  type UnitReading,
  type WriteContext,
} from "@holdfast/core";
import { hasChange } from "../attributes/attributes.ts";
import { diffService, runningState } from "./diff.ts";
import { observedOf, type ServiceObserved } from "./observe.ts";
import { refuseImpossible } from "./refuse.ts";
import type { ServiceSpec } from "./spec.ts";

/** A job is bounded by the deadline of the resource, which aborts it; this only stands above every deadline. */
const JOB_TIMEOUT_MS = 86_400_000;

/**
 * Does what differs now, and no more. A mask goes first and comes last, because systemd neither enables, disables nor
 * starts what is masked.
 * @throws {Fault} UnitNotFound, UnitMasked, UnitNotInstallable, UnitFileInTheWay, before anything is done; UnitFailed,
 *   with the last lines that the unit has logged; ServicesUnavailable; SystemdUnresponsive; NotPrivileged.
 */
export async function applyService(
  { spec, changes }: KindAction<ServiceSpec, ServiceObserved>,
  context: WriteContext,
): Promise<void> {
  if (changes.length === 0) return;
  const reading = await readUnit(spec.unit, context);
  const left = changesLeft(spec, reading);
  refuseImpossible(spec, reading && observedOf(reading), left);
  const hasLinked = await changeLinks(spec, left, context);
  await changeState(spec, hasLinked ? await readUnit(spec.unit, context) : reading, context);
  if (spec.isMasked === true && hasChange(left, "masked")) {
    await context.host.services.mask([spec.unit], context.signal);
  }
}

function changesLeft(spec: ServiceSpec, reading: UnitReading | undefined): readonly Change[] {
  return diffService(spec, reading && observedOf(reading));
}

/** Resolves with whether there was anything to change. */
async function changeLinks(
  { unit, isMasked, isEnabled }: ServiceSpec,
  left: readonly Change[],
  { host, signal }: WriteContext,
): Promise<boolean> {
  const unmasks = isMasked === false && hasChange(left, "masked");
  const enables = hasChange(left, "enabled");
  if (unmasks) await host.services.unmask([unit], signal);
  if (enables) await host.services[isEnabled === true ? "enable" : "disable"]([unit], signal);
  return unmasks || enables;
}

async function changeState(
  spec: ServiceSpec,
  reading: UnitReading | undefined,
  context: WriteContext,
): Promise<void> {
  const { unit, isRunning } = spec;
  if (!hasChange(changesLeft(spec, reading), "state")) return;
  if (isRunning === true) return startUnit(unit, reading, context);
  await context.host.services.stop({ unit, timeoutMs: JOB_TIMEOUT_MS }, context.signal);
}

/**
 * What a notification asks for: what runs reads its configuration again, and what should run and does not is started.
 * What is stopped stays so.
 * @throws {Fault} UnitFailed, UnitNotFound, ServicesUnavailable, SystemdUnresponsive, NotPrivileged.
 */
export async function refreshService(spec: ServiceSpec, context: WriteContext): Promise<void> {
  const { unit, isRunning, onRefresh } = spec;
  if (isRunning === false) return;
  const reading = await readUnit(unit, context);
  const current = reading && observedOf(reading);
  if (runningState(current) === false) {
    if (isRunning === true) await startUnit(unit, reading, context);
    return;
  }
  await reloadWhereNeeded(reading, context);
  const verb = current?.active === "active" ? VERBS[onRefresh] : "restart";
  await context.host.services[verb]({ unit, timeoutMs: JOB_TIMEOUT_MS }, context.signal);
}

/**
 * Has systemd do this with a unit once; a job that is under way is waited for.
 * @throws {Fault} UnitFailed, with the last lines that the unit has logged; UnitNotFound, UnitMasked, ServicesUnavailable,
 *   SystemdUnresponsive, NotPrivileged.
 */
export async function runUnit(
  unit: string,
  verb: "start" | "restart" | "reload",
  context: WriteContext,
): Promise<void> {
  await reloadWhereNeeded(await readUnit(unit, context), context);
  await context.host.services[verb]({ unit, timeoutMs: JOB_TIMEOUT_MS }, context.signal);
}

const VERBS = {
  reload: "reload",
  restart: "restart",
  "reload-or-restart": "reloadOrRestart",
} as const;

/** A job that is under way is waited for. What ends by itself cannot be kept running. */
async function startUnit(
  unit: string,
  reading: UnitReading | undefined,
  context: WriteContext,
): Promise<void> {
  await reloadWhereNeeded(reading, context);
  await context.host.services.start({ unit, timeoutMs: JOB_TIMEOUT_MS }, context.signal);
  const after = await readUnit(unit, context);
  if (after?.runtime?.active === "inactive") throw endedFault(unit);
}

/** systemd starts a unit by the files that it has read, so it reads them again where they are others now. */
async function reloadWhereNeeded(
  reading: UnitReading | undefined,
  { host, signal }: WriteContext,
): Promise<void> {
  if (reading?.runtime?.details?.needsReload === true) await host.services.daemonReload(signal);
}

async function readUnit(
  unit: string,
  { host, signal }: WriteContext,
): Promise<UnitReading | undefined> {
  const [found = ABSENT] = await host.services.observeMany([{ unit, details: true }], signal);
  if (found.type === "unknown") throw found.fault;
  return found.type === "present" ? found.value : undefined;
}

/**
 * Which of the two it was systemd has forgotten by now. Tried again, it might only do its work again, which its author
 * may not have meant to happen twice.
 */
function endedFault(unit: string): Fault {
  return new Fault({
    reason: "UnitFailed",
    message: `${unit} was started and does not run: it has done its work and ended, or a condition in its unit does not hold`,
    resolution: `Leave out state, write RemainAfterExit=yes into the unit, or see the condition with systemctl status ${unit}.`,
    retry: "never",
  });
}
