import { attributionJson, type JsonObject, type Reader, type ResourceId } from "@holdfast/core";
import { type KnownAttribution, recentAuthors } from "../attribution/attributions.ts";
import type { Served } from "./served.ts";
import { shownTime } from "./shown-time.ts";

/**
 * When a resource was last seen to have drifted, and who did it: `{drift: {seenAt, attribution, authors?}}`, with `null`
 * while that is being found out; `authors` counts those of the last drifts, where there was more than one. Nothing for
 * one that did not drift.
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
  const authors = known.earlier.length === 0 ? {} : { authors: authorsJson(known, engine) };
  return { drift: { seenAt: shownTime(seenAtMs, clock), attribution: shown, ...authors } };
}

function authorsJson(
  known: KnownAttribution,
  { redaction }: Pick<Served["engine"], "redaction">,
): readonly JsonObject[] {
  return recentAuthors(known).map(({ name, ...rest }) => ({ name: redaction.text(name), ...rest }));
}
