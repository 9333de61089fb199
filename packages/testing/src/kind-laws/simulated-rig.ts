import assert from "node:assert/strict";
import type { Fault, FaultReason } from "@holdfast/core";
import { createSimulatedHost, type SimulatedHost } from "../simulated-host/simulated-host.ts";
import { VirtualClock } from "../virtual-clock.ts";
import { checkKind, checkKindRefusal, type KindCase, type KindRig } from "./kind-laws.ts";

/** Puts the machine into the state a trial begins with. */
export type Start = (host: SimulatedHost) => void;

/** A simulated host to try kinds on. */
export interface SimulatedRig extends KindRig {
  readonly host: SimulatedHost;
}

/** A fresh simulated host in the state of `start`, with the user and group `app` (1000). */
export function simulatedRig(start: Start): SimulatedRig {
  const accounts = { app: 1000 };
  const clock = new VirtualClock();
  const host = createSimulatedHost({ clock, users: accounts, groups: accounts });
  start(host);
  return { host, tree: () => host.kernel.inspect.tree() };
}

/**
 * One example of the laws of kinds: which fields differ from this start, and that they are put right.
 * @returns the host as it is then.
 */
export async function checkSimulated<Spec, Observed, Snapshot, Input>(
  testRun: KindCase<Spec, Observed, Snapshot, Input>,
  start: Start,
  expected: readonly string[],
): Promise<SimulatedHost> {
  const rig = simulatedRig(start);
  const changes = await checkKind(testRun, rig);
  const paths = changes.map(({ path }) => path);
  assert.deepEqual(paths, expected);
  return rig.host;
}

/** One example of a resource that cannot be had from this start, with a resolution that is a sentence. */
export async function refuseSimulated<Spec, Observed, Snapshot, Input>(
  testRun: KindCase<Spec, Observed, Snapshot, Input>,
  start: Start,
  reason: FaultReason,
): Promise<Fault> {
  const fault = await checkKindRefusal(testRun, reason, simulatedRig(start));
  assert.match(fault.resolution, /^[A-Z].*\.$/s);
  return fault;
}
