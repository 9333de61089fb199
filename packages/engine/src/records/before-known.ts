import { beforeOf, type Change, holdsSecret, type KnownBefore } from "@holdfast/core";
import { lastLeft } from "./identity.ts";
import type { Subject } from "./resource-record.ts";
import type { Runtime } from "../runtime.ts";

/** What is there and what is to be changed of it. */
export interface Approach {
  /** `undefined` when absent. */
  readonly observed: unknown;
  readonly changes: readonly Change[];
}

/** By what a change could be undone, as far as that is known before anything is read for it. Writes nothing. */
export function beforeKnown(
  runtime: Runtime,
  subject: Subject,
  { observed, changes }: Approach,
): KnownBefore {
  const { record, declared } = subject;
  const { kind, resource, secrets } = declared;
  const last = runtime.ledger.lastApplied(record.id);
  const hasSecrets = secrets !== undefined || holdsSecret(last?.declaration?.spec);
  const { isAsLeft } = lastLeft(runtime, subject, observed);
  const asLeft = isAsLeft ? last : undefined;
  const { spec } = resource;
  const known = beforeOf({ kind, spec, observed, changes, hasSecrets, asLeft });
  if (known.type !== "file") return known;
  if (runtime.preimages === undefined) return lost("no earlier content is kept here");
  // Without the key of the secrets nothing can be encrypted.
  const isOpen = known.hasContent && hasSecrets && secrets === undefined;
  return isOpen ? lost("it may hold a secret") : known;
}

/** Whether a change can be undone. A kind of somebody's own that throws here answers no. */
export function isReversible(runtime: Runtime, subject: Subject, approach: Approach): boolean {
  try {
    return beforeKnown(runtime, subject, approach).type !== "lost";
  } catch {
    // What it cannot say is no promise.
    return false;
  }
}

function lost(why: string): KnownBefore {
  return { type: "lost", why };
}
