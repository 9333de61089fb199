import {
  ABSENT,
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
 * Does what differs, and no more. A mask goes first and comes last, because systemd neither enables, disables nor starts
 * what is masked.
 * @throws {Fault} UnitNotFound, UnitMasked, UnitNotInstallable, UnitFileInTheWay, before anything is done; UnitFailed,
 *   with the last lines that the unit has logged; ServicesUnavailable; SystemdUnresponsive; NotPrivileged.
 */
export async function applyService(
  { spec, changes }: KindAction<ServiceSpec, ServiceObserved>,
  context: WriteContext,
): Promise<void> {
  if (changes.length === 0) return;
  const { signal, host } = context;
  const { services } = host;
  const { unit, isEnabled, isMasked, isRunning } = spec;
  const reading = await readUnit(unit, context);
  const current = reading && observedOf(reading);
  const left = diffService(spec, current);
  const has = (path: string): boolean => hasChange(changes, path) && hasChange(left, path);
  refuseImpossible(spec, current, left);
  if (isMasked === false && has("masked")) await services.unmask([unit], signal);
  if (isEnabled !== undefined && has("enabled")) {
    await services[isEnabled ? "enable" : "disable"]([unit], signal);
  }
  if (isRunning === true && has("state")) await startUnit(spec, context);
  if (isRunning === false && has("state")) {
    await services.stop({ unit, timeoutMs: JOB_TIMEOUT_MS }, signal);
  }
  if (isMasked === true && has("masked")) await services.mask([unit], signal);
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
    if (isRunning === true) await startUnit(spec, context);
    return;
  }
  await reloadWhereNeeded(reading, context);
  const verb = current?.active === "active" ? VERBS[onRefresh] : "restart";
  await context.host.services[verb]({ unit, timeoutMs: JOB_TIMEOUT_MS }, context.signal);
}

const VERBS = {
  reload: "reload",
  restart: "restart",
  "reload-or-restart": "reloadOrRestart",
} as const;

/** A job that is under way is waited for. What ends by itself cannot be kept running. */
async function startUnit({ unit }: ServiceSpec, context: WriteContext): Promise<void> {
  const { services } = context.host;
  await reloadWhereNeeded(await readUnit(unit, context), context);
  await services.start({ unit, timeoutMs: JOB_TIMEOUT_MS }, context.signal);
  const after = await readUnit(unit, context);
  if (after?.runtime?.active === "inactive") throw endedFault(unit, after);
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

/** Started again it would only do its work again, so nobody tries; what a condition keeps from starting may start later. */
function endedFault(unit: string, { runtime }: UnitReading): Fault {
  const hasRun = runtime?.details?.lastExit !== undefined;
  return new Fault({
    reason: "UnitFailed",
    message: hasRun
      ? `${unit} was started, did its work and has ended, so it does not stay running`
      : `${unit} was not started by systemd, because a condition in its unit does not hold`,
    resolution: hasRun
      ? "Leave out state, or write RemainAfterExit=yes into its unit."
      : `See with systemctl status ${unit} which condition that is.`,
    retry: hasRun ? "never" : "backoff",
  });
}
