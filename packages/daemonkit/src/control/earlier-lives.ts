import { parseEventId } from "./event-id.ts";
import type { Replay, Span, StreamEvent } from "./event-stream.ts";

/**
 * Finds what was published in a span, out of a record of events in the order of their lives. Doubled and exchanged entries
 * of one life do no harm. A gap is said unless every number is there, and each life is on record up to its end, which
 * `isLast` knows: of a life that was cut off nobody knows what else it told.
 * @returns `undefined` when the record does not know the life that the span begins in.
 */
export function replayBetween(
  recorded: readonly StreamEvent[],
  { after, before }: Span,
  isLast: (event: StreamEvent) => boolean,
): Replay | undefined {
  const from = parseEventId(after);
  const lives = livesIn(recorded, parseEventId(before)?.life);
  if (from === undefined || !lives.has(from.life)) return undefined;
  const names = [...lives.keys()];
  const events: StreamEvent[] = [];
  let hasGap = false;
  for (const name of names.slice(names.indexOf(from.life))) {
    const told = [...(lives.get(name) ?? [])].toSorted(([one], [other]) => one - other);
    const seen = name === from.life ? from.sequence : 0;
    const missed = told.filter(([sequence]) => sequence > seen);
    const last = told.at(-1)?.[1];
    const isWhole = missed.every(([sequence], index) => sequence === seen + index + 1);
    hasGap ||= !isWhole || last === undefined || !isLast(last);
    for (const [, event] of missed) events.push(event);
  }
  return { events, hasGap };
}

/** The events of each life by number, without those of one life. */
function livesIn(recorded: readonly StreamEvent[], without: string | undefined) {
  const lives = new Map<string, Map<number, StreamEvent>>();
  for (const event of recorded) {
    const id = parseEventId(event.id);
    if (id === undefined || id.life === without) continue;
    const told = lives.get(id.life) ?? new Map<number, StreamEvent>();
    lives.set(id.life, told.set(id.sequence, event));
  }
  return lives;
}
