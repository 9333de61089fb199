import { Fault, nearest, throwIfAborted } from "@holdfast/core";
import type { Candidate, Collected, LeftOut, Way } from "./candidate.ts";
import type { Collector } from "./collector.ts";
import { COLLECTORS } from "./collectors.ts";
import { entryId } from "./entry.ts";
import type { Evidence } from "./evidence/evidence.ts";

/** What is collected. */
export interface CollectOptions {
  /** Names of kinds. Default: all that can be exported. */
  readonly kinds?: readonly string[];
  readonly ignores?: (id: string) => boolean;
  readonly isAll: boolean;
}

/**
 * Asks the collectors of these kinds. One that has no evidence leaves its sort out, and says so.
 * @throws {Fault} UsageInvalid, for a kind that is not exported; UnsupportedPlatform, where one of them cannot work at all;
 *   what the first threw, when all of them did.
 */
export async function collectAll(evidence: Evidence, options: CollectOptions): Promise<Collected> {
  const wanted = wantedKinds(options.kinds);
  const asked = COLLECTORS.filter(({ kinds }) => kinds.some((kind) => wanted.has(kind)));
  const found: Collected[] = [];
  const faults: Fault[] = [];
  for (const collector of asked) {
    const collected = await collectOne(collector, evidence);
    if (collected instanceof Fault) faults.push(collected);
    else found.push(collected);
    if (collected instanceof Fault) found.push(unread(collector, collected));
  }
  const [first] = faults;
  if (first !== undefined && faults.length === asked.length) throw first;
  // Half an export would seem to be a machine with few choices.
  const refusal = faults.find(({ reason }) => reason === "UnsupportedPlatform");
  if (refusal !== undefined) throw refusal;
  return chosenOf(found, { ...options, wanted });
}

async function collectOne(collector: Collector, evidence: Evidence): Promise<Collected | Fault> {
  try {
    return await collector.collect(evidence);
  } catch (error) {
    throwIfAborted(evidence.signal);
    if (error instanceof Fault) return error;
    throw error;
  }
}

function unread({ title }: Collector, { message }: Fault): Collected {
  return { candidates: [], leftOut: [{ reason: "unreadable", what: title, detail: message }] };
}

function wantedKinds(kinds: readonly string[] | undefined): ReadonlySet<string> {
  const known = new Set(COLLECTORS.flatMap((collector) => collector.kinds));
  const unknown = kinds?.find((kind) => !known.has(kind));
  if (unknown === undefined) return kinds === undefined ? known : new Set(kinds);
  const names = [...known].toSorted();
  const close = nearest(unknown, names);
  throw new Fault({
    reason: "UsageInvalid",
    message: `--kinds: nothing of the kind ${JSON.stringify(unknown)} is exported`,
    resolution: `${close === undefined ? "" : `Did you mean ${close}? `}These are: ${names.join(", ")}.`,
  });
}

interface Choice extends CollectOptions {
  readonly wanted: ReadonlySet<string>;
}

/** A candidate of two collectors is the first's, also when that says that it is no choice. */
function chosenOf(found: readonly Collected[], choice: Choice): Collected {
  const claimed = new Set<string>();
  const candidates: Candidate[] = [];
  const leftOut: LeftOut[] = found.flatMap((one) => one.leftOut ?? []);
  for (const candidate of found.flatMap((one) => one.candidates)) {
    const key = candidate.path ?? entryId(candidate.ways[0]);
    if (claimed.has(key)) continue;
    claimed.add(key);
    const [first, ...others] = candidate.ways.filter(({ kind }) => choice.wanted.has(kind));
    if (first === undefined) continue;
    const reason = reasonAgainst(candidate, [first, ...others], choice);
    if (reason === undefined) candidates.push({ ...candidate, ways: [first, ...others] });
    else leftOut.push({ reason, what: entryId(first) });
  }
  return { candidates, leftOut };
}

function reasonAgainst(
  { isDefault = false }: Candidate,
  ways: readonly Way[],
  { isAll, ignores }: Choice,
): LeftOut["reason"] | undefined {
  if (isDefault && !isAll) return "default";
  return ways.some((way) => ignores?.(entryId(way)) === true) ? "ignored" : undefined;
}
