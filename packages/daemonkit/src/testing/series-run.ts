import type { LogCalls } from "../appendlog/log-calls.ts";
import { type EventSeries, openEventSeries } from "../eventlog/event-series.ts";

const DAY_MS = 86_400_000;
const FIRST_DAY_MS = Date.UTC(2026, 0, 30, 23);

/** The messages of `liveOnce`, in their order. */
export const SAID: readonly string[] = ["one", "two", "three", "four", "five", "six"];

/** Where a series of a test lies. */
export const SERIES = "events";

/**
 * A run with everything that the write path can do: two events at once, a file that is full, a day that ends, a process
 * that opens the log again. Hands out each event that was acknowledged.
 */
export async function liveOnce(
  { directory, calls }: { readonly directory: string; readonly calls: LogCalls },
  acknowledge: (message: string) => void,
): Promise<void> {
  const place = { directory, series: SERIES, hostId: "host", calls, maxFileBytes: 700 };
  await using first = openEventSeries({ ...place, operationId: "first" });
  const [one = "", two = "", three = "", four = "", five = "", six = ""] = SAID;
  await Promise.all([say(first, one, 0), say(first, two, 0)]);
  await say(first, three, 0);
  await say(first, four, 1);
  await first[Symbol.asyncDispose]();
  await using second = openEventSeries({ ...place, operationId: "second" });
  await say(second, five, 1);
  await say(second, six, 2);

  async function say(series: EventSeries, message: string, day: number): Promise<void> {
    const atMs = FIRST_DAY_MS + day * DAY_MS;
    await series.append({ level: "info", reason: "Said", message, atMs });
    acknowledge(message);
  }
}
