import { backoff } from "./backoff.ts";
import { convergence, stops } from "./endings.ts";
import { gatesAreNoticed, gatesHold } from "./gates.ts";
import type { CreateInvariant } from "./invariant.ts";
import { readinessHolds } from "./health.ts";
import { notifications } from "./notifications.ts";
import { bursts, limits, observedInTime, repairedInTime } from "./punctuality.ts";
import { removals } from "./removals.ts";
import {
  generationsRise,
  isolation,
  nothingTorn,
  readyIsTrue,
  released,
  watchesFirst,
  watchesReturn,
} from "./truth.ts";
import {
  dependenciesFirst,
  intentFirst,
  onceOnly,
  oneAtATime,
  pauses,
  restraint,
  silence,
} from "./writes.ts";

/** Everything that must hold in every history. */
export const INVARIANTS: Readonly<Record<string, CreateInvariant>> = {
  oneAtATime,
  intentFirst,
  dependenciesFirst,
  restraint,
  pauses,
  silence,
  onceOnly,
  readyIsTrue,
  watchesFirst,
  watchesReturn,
  released,
  isolation,
  generationsRise,
  nothingTorn,
  observedInTime,
  repairedInTime,
  bursts,
  limits,
  backoff,
  stops,
  notifications,
  gatesHold,
  gatesAreNoticed,
  readinessHolds,
  removals,
  convergence,
};
