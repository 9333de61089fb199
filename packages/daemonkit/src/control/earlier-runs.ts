import { parseEventId } from "./event-id.ts";
import type { Replay, Span, StreamEvent } from "./event-stream.ts";

/**
 * Finds what was published in a span, out of a record of events in the order of their runs. Doubled and exchanged entries
 * of one run do no harm. A gap is reported unless every number is there, and each run is on record up to its end, which
 * `isLast` knows: nobody knows what else a run published that was cut off.
 * @returns `undefined` when the record does not know the run that the span begins in.
 */
export function replayBetween(
  recorded: readonly StreamEvent[],
  { after, before }: Span,
  isLast: (event: StreamEvent) => boolean,
): Replay | undefined {
  const from = parseEventId(after);
  const runs = runsIn(recorded, parseEventId(before)?.run);
  if (from === undefined || !runs.has(from.run)) return undefined;
  const names = [...runs.keys()];
  const events: StreamEvent[] = [];
  let hasGap = false;
  for (const name of names.slice(names.indexOf(from.run))) {
    const published = [...(runs.get(name) ?? [])].toSorted(([one], [other]) => one - other);
    const seen = name === from.run ? from.sequence : 0;
    const missed = published.filter(([sequence]) => sequence > seen);
    const last = published.at(-1)?.[1];
    const isWhole = missed.every(([sequence], index) => sequence === seen + index + 1);
    hasGap ||= !isWhole || last === undefined || !isLast(last);
    for (const [, event] of missed) events.push(event);
  }
  return { events, hasGap };
}

/** The events of each run by number, without those of one run. */
function runsIn(recorded: readonly StreamEvent[], without: string | undefined) {
  const runs = new Map<string, Map<number, StreamEvent>>();
  for (const event of recorded) {
    const id = parseEventId(event.id);
    if (id === undefined || id.run === without) continue;
    const published = runs.get(id.run) ?? new Map<number, StreamEvent>();
    runs.set(id.run, published.set(id.sequence, event));
  }
  return runs;
}
