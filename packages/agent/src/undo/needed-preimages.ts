import type { Before, Ledger } from "@holdfast/core";

/** The contents that changes can still be undone with, those of the oldest changes first. */
export function* neededPreimages(
  ledger: Pick<Ledger, "allChanges" | "allHalfChanges" | "inFlight">,
): Generator<string, void> {
  const changes = [...ledger.allChanges()].flatMap(([, some]) => some);
  for (const { before } of changes.toSorted((a, b) => a.atMs - b.atMs)) yield* keysOf(before);
  for (const [, { before }] of ledger.allHalfChanges()) yield* keysOf(before);
  for (const { change } of ledger.inFlight())
    if (change !== undefined) yield* keysOf(change.before);
}

function* keysOf(before: Before): Generator<string, void> {
  if (before.type === "file" && before.preimage.key !== undefined) yield before.preimage.key;
}
