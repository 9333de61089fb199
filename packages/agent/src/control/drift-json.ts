import { attributionJson, type JsonObject, type Reader, type ResourceId } from "@holdfast/core";
import type { Served } from "./served.ts";
import { shownTime } from "./shown-time.ts";

/**
 * When a resource was last seen to have drifted, and who did it: `{drift: {seenAt, attribution}}`, with `null` while
 * that is being found out. Nothing for one that did not drift.
 */
export function driftJson(
  { attributionOf, clock, engine }: Pick<Served, "attributionOf" | "clock" | "engine">,
  id: ResourceId,
  reader: Reader,
): JsonObject {
  const known = attributionOf(id);
  if (known === undefined) return {};
  const isoTime = (wallMs: number): string => new Date(wallMs).toISOString();
  const { seenAtMs, attribution } = known;
  const who = attribution && attributionJson(attribution, { reader, isoTime });
  // The command line of another process may hold a secret of ours.
  const shown = who === undefined ? null : engine.redaction.json(who);
  return { drift: { seenAt: shownTime(seenAtMs, clock), attribution: shown } };
}
