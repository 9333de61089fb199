import { Fault, type FaultReason, type KindAction, type WriteContext } from "@holdfast/core";
import { demandReboot, rebootPending, type RebootObserved } from "./observe.ts";
import { recordAgreement, recordRefusal, recordRequest, type RebootKeys } from "./reboot-record.ts";
import type { RebootSpec } from "./spec.ts";

/** Faults after which it is known that nothing was set in motion. */
const REFUSALS: ReadonlySet<FaultReason> = new Set([
  "CommandFailed",
  "CommandNotFound",
  "NothingRuns",
  "PermissionDenied",
]);

/**
 * Asks the machine to boot again, once, with the intent durable before. It never succeeds: what the agent still does in
 * this boot comes before the reboot, and what depends on it comes after.
 * @throws {Fault} RebootPending, when the machine goes down; what it was refused with; LedgerUnavailable, and then nothing
 *   was asked.
 */
export async function applyReboot(
  { spec, changes }: KindAction<RebootSpec, RebootObserved>,
  context: WriteContext,
): Promise<void> {
  if (changes.length === 0) return;
  await waitBefore(spec, context);
  const { state, keys } = await demandReboot(spec, context);
  if (state !== "due") return;
  const { host, signal } = context;
  await recordRequest(keys, host.oneShots, signal);
  await askToReboot(spec, keys, context);
  await recordAgreement(keys, host.oneShots, signal);
  throw rebootPending(spec);
}

async function waitBefore({ delaySeconds, reason }: RebootSpec, context: WriteContext) {
  if (delaySeconds === 0) return;
  context.progress(`the machine boots again in ${delaySeconds} s: ${reason}`);
  await context.sleep(delaySeconds * 1_000);
}

async function askToReboot(
  { reason }: RebootSpec,
  keys: RebootKeys,
  { host, signal }: WriteContext,
): Promise<void> {
  try {
    await host.system.reboot({ reason }, signal);
  } catch (error) {
    if (error instanceof Fault && REFUSALS.has(error.reason)) {
      await recordRefusal(keys, host.oneShots, signal);
    }
    throw error;
  }
}
