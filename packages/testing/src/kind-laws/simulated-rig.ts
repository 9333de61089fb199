import assert from "node:assert/strict";
import type { Fault, FaultReason } from "@holdfast/core";
import { simulatedPackageLines } from "../operations/simulated-packages.ts";
import { createSimulatedHost, type SimulatedHost } from "../simulated-host/simulated-host.ts";
import { VirtualClock } from "../virtual-clock.ts";
import { checkKind, checkKindRefusal, type KindCase, type KindRig } from "./kind-laws.ts";

/** Puts the machine into the state a test begins with. */
export type Start = (host: SimulatedHost) => void;

/** A simulated host to try kinds on. */
export interface SimulatedRig extends KindRig {
  readonly host: SimulatedHost;
  /** Waits for work that takes time of the machine. */
  finish<T>(work: Promise<T>): Promise<T>;
  /** Lets so much time pass. */
  pass(durationMs: number): Promise<void>;
  /** On the machine's monotonic clock. */
  nowMs(): number;
}

/** A fresh simulated host in the state of `start`, with the user and group `app` (1000). */
export function simulatedRig(start: Start): SimulatedRig {
  const accounts = { app: 1000 };
  const clock = new VirtualClock();
  const host = createSimulatedHost({ clock, users: accounts, groups: accounts });
  start(host);
  const packages = (): readonly string[] => simulatedPackageLines(host.packages.model);
  return {
    host,
    tree: () => [...host.kernel.inspect.tree(), ...packages()],
    finish: (work) => clock.finish(work),
    nowMs: () => clock.monotonicMs(),
    pass: (durationMs) => clock.advance(durationMs),
  };
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
  const changes = await rig.finish(checkKind(testRun, rig));
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
  const rig = simulatedRig(start);
  const fault = await rig.finish(checkKindRefusal(testRun, reason, rig));
  assert.match(fault.resolution, /^[A-Z].*\.$/s);
  return fault;
}
