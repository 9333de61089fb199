import { digestOf, type HostReader, type OneShots } from "@holdfast/core";
import type { RebootSpec } from "./spec.ts";

/**
 * What the ledger knows of one reboot, as keys of one-shots. `asked` is begun before the machine is asked for the first
 * time and stays for good; `inBoot` names the boot in which that was, so that another boot id is the proof that the machine
 * has come up again. No clock is asked.
 */
export interface RebootKeys {
  readonly asked: string;
  /** Begun with the request, done when the service manager has agreed. */
  readonly inBoot: string;
  /** Done when it has refused: nothing happened, and it may be asked again in this boot. */
  readonly refused: string;
}

/** How far a reboot is. */
export type RebootProgress =
  | "due"
  /** The machine has come up since it was asked, or a person says that it is done. */
  | "done"
  /** The service manager has agreed, and the machine still runs. */
  | "pending"
  /** Cut off while it was asked for, or the record of it is lost. */
  | "unknown";

/** The keys of a reboot in this boot: for each id and each digest of its spec others (K9). */
export function rebootKeys(
  spec: RebootSpec,
  bootId: string,
  { hash }: Pick<HostReader, "hash">,
): RebootKeys {
  const { name, reason, delaySeconds, requiredBy } = spec;
  const digest = digestOf({ name, reason, delaySeconds, requiredBy }, hash).slice(0, 16);
  const asked = `reboot:${name} ${digest}`;
  return { asked, inBoot: `${asked} in ${bootId}`, refused: `${asked} refused in ${bootId}` };
}

/**
 * How far it is, by the record alone. A ledger that has lost keys calls every key that it does not know begun: so only
 * keys that are known to be done, or known not to exist, allow anything.
 */
export function rebootProgress(
  { asked, inBoot, refused }: RebootKeys,
  oneShots: Pick<OneShots, "state">,
): RebootProgress {
  const first = oneShots.state(asked);
  if (first === undefined) return "due";
  const now = oneShots.state(inBoot);
  if (now === undefined) return "done";
  if (now === "done") return "pending";
  if (first === "done") return "done";
  return oneShots.state(refused) === "done" ? "due" : "unknown";
}

/** Makes durable that it is asked for, before it is. Each step is safe to be the last. */
export async function recordRequest(
  { asked, inBoot, refused }: RebootKeys,
  oneShots: OneShots,
  signal: AbortSignal,
): Promise<void> {
  if (oneShots.state(inBoot) === undefined) await oneShots.begin(inBoot, signal);
  if (oneShots.state(refused) !== undefined) await oneShots.forget(refused, signal);
  if (oneShots.state(asked) === undefined) await oneShots.begin(asked, signal);
}

/** The service manager has agreed: it is never asked again for this. */
export async function recordAgreement(
  { asked, inBoot }: RebootKeys,
  oneShots: OneShots,
  signal: AbortSignal,
): Promise<void> {
  await oneShots.done(inBoot, signal);
  await oneShots.done(asked, signal);
}

/** The service manager has refused, or could not be asked. */
export async function recordRefusal(
  { refused }: RebootKeys,
  oneShots: OneShots,
  signal: AbortSignal,
): Promise<void> {
  await oneShots.begin(refused, signal);
  await oneShots.done(refused, signal);
}
