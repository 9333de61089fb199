import {
  abortFault,
  type Change,
  type Fault,
  type Observation,
  resolveSpec,
  tellableChanges,
  toFault,
} from "@holdfast/core";
import { exactChanges } from "../secrets/perform.ts";
import type { Runtime } from "../runtime.ts";
import { bounded } from "../deadline/bounded.ts";
import { fingerprintOfValue } from "../records/identity.ts";
import type { Declaration, Subject } from "../records/resource-record.ts";

/** What one observation of one resource gave, compared with its spec. */
export type Finding =
  | { readonly type: "unknown"; readonly fault: Fault }
  | {
      readonly type: "seen";
      /** `undefined` when absent. */
      readonly observed: unknown;
      /** As they may be published, without ignored fields. Empty means in sync. */
      readonly changes: readonly Change[];
      /** Read for this resource alone and just now, not out of a snapshot. */
      readonly isFresh: boolean;
      /** The logical time before which it began. */
      readonly stamp: number;
    };

/** Observes and compares, out of a snapshot where one is fresh enough. Never throws: a fault is an unknown. */
export async function observe(
  runtime: Runtime,
  subject: Subject,
  hintStamp: number,
): Promise<Finding> {
  const reading = runtime.snapshots.freshFor(subject.record, hintStamp);
  const snapshot = reading === undefined ? undefined : await reading;
  const asking = subject.asker?.signal;
  if (asking?.aborted === true) return unseen(abortFault(asking));
  return observeWith(runtime, subject, snapshot);
}

/** The same where a snapshot holds it already, so that no caller has to wait; `undefined` where none does. */
export function observeAtOnce(
  runtime: Runtime,
  subject: Subject,
  hintStamp: number,
): Finding | Promise<Finding> | undefined {
  const held = runtime.snapshots.heldFor(subject.record, hintStamp);
  return held && observeWith(runtime, subject, held);
}

/** Observes this resource alone, now. For before an apply, and for verify. */
export async function observeAfresh(runtime: Runtime, subject: Subject): Promise<Finding> {
  return observeWith(runtime, subject, undefined);
}

/** How what was seen compares between attempts: equal words mean nothing happened in between. */
export function fingerprintOf(declared: Declaration, seen: Finding): string | undefined {
  return seen.type === "unknown" ? undefined : fingerprintOfValue(declared, seen.observed);
}

/** What a snapshot holds is seen at once, without waiting for a turn. */
function observeWith(
  runtime: Runtime,
  { record, declared, asker, hints }: Subject,
  snapshot: { readonly value: unknown } | undefined,
): Finding | Promise<Finding> {
  const { resource, kind } = declared;
  const observer = asker === undefined ? runtime.observer : undefined;
  const stamp = runtime.nextStamp();
  let observed = observer?.stage(record.id, "observe");
  const fail = (error: unknown): Finding => {
    observed?.();
    return unseen(error);
  };
  try {
    const spec = resolveSpec(resource, kind, declared.secrets);
    const see = (observation: Observation<unknown>): Finding => {
      observed?.();
      observed = undefined;
      const compared = observer?.stage(record.id, "diff");
      try {
        return compare({ declared, spec, observation, isFresh: snapshot === undefined, stamp });
      } finally {
        compared?.();
      }
    };
    const observation = bounded(runtime, {
      record,
      verb: "observe",
      asker,
      run: (signal) =>
        kind.observe(spec, {
          host: runtime.ports.readerFor(kind),
          snapshot: snapshot?.value,
          get signal() {
            return signal();
          },
          log: runtime.log,
          isAsked: hints?.kinds.has("operator") === true,
        }),
    });
    return observation instanceof Promise ? observation.then(see).catch(fail) : see(observation);
  } catch (error) {
    return fail(error);
  }
}

function unseen(error: unknown): Finding {
  return { type: "unknown", fault: toFault(error) };
}

interface Comparison {
  readonly declared: Declaration;
  readonly spec: unknown;
  readonly observation: Observation<unknown>;
  readonly isFresh: boolean;
  readonly stamp: number;
}

function compare({ declared, spec, observation, isFresh, stamp }: Comparison): Finding {
  if (observation.type === "unknown") return observation;
  const observed = observation.type === "present" ? observation.value : undefined;
  const exact = exactChanges(declared, { spec, observed });
  const changes = tellableChanges(exact, declared.resource);
  return { type: "seen", observed, changes, isFresh, stamp };
}
