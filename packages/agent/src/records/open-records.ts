import type { Clock, EngineEvent, Fault, JsonObject, Log, Random } from "@holdfast/core";
import type { Monitor } from "@holdfast/daemonkit";
import { publishedJson } from "../control/published-json.ts";
import { entryOf, type Publication, withEventId } from "./entry.ts";
import { EntryQueue, type EntryStore } from "./entry-queue.ts";
import { EVENTS_SERIES, eventsDirectoryUnder } from "./event-files.ts";
import type { KeptEvents } from "./prune-events.ts";
import { pruningMonitor } from "./pruning-monitor.ts";
import type { RunCommand } from "./run-name.ts";

/** What the records of an agent are opened with. */
export interface RecordsOptions {
  readonly root: string;
  readonly command: RunCommand;
  /** Names this run: the `operationId` of its events. */
  readonly run: string;
  readonly hostId: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly keep?: KeptEvents;
  /** Publishes what is no event of the engine; returns its id, `undefined` where there are no clients. */
  readonly publish?: (type: string, data: JsonObject) => string | undefined;
  /** Takes why the event log cannot be written, once, and `undefined` when it can be again. */
  readonly onCondition: (fault: Fault | undefined) => void;
  /** Throws when another agent may write the event log. Default: never. */
  readonly throwIfLost?: (() => void) | undefined;
}

/** What an agent puts on record while it works. Disposing makes published events durable. */
export interface Records extends AsyncDisposable {
  /**
   * Takes an event of the agent, and the id under which clients got it; never waits, never throws. An event for clients
   * becomes durable within moments.
   */
  tell(event: EngineEvent, eventId?: string): void;
  /** What must run as long as the agent serves: `pruning`. */
  readonly monitors: readonly Monitor[];
}

/** The condition of an event log that cannot be written. */
export const EVENTS_SUBJECT = "event log";

/**
 * Opens the records of an agent that holds the lock of its root. Nothing is touched before there is news: an apply that
 * changes nothing writes nothing.
 */
export function openRecords(options: RecordsOptions): Records {
  const { clock, log, onCondition } = options;
  const queue = new EntryQueue({ open: () => openStore(options), clock, onCondition });
  const published = publishedJson(clock);
  /** Of an apply, the start is news only when something follows. */
  let held: (() => void) | undefined;
  let generation: number | undefined;

  function keep(event: EngineEvent, telling: Publication): void {
    if (event.type === "started" || event.type === "reloaded") generation = event.generation;
    const entry = entryOf(event, withGeneration(telling, generation), clock.wallMs());
    const add = (): void => queue.add(entry);
    if (event.type === "started" && options.command !== "serve") {
      held = add;
      return;
    }
    held?.();
    held = undefined;
    add();
  }

  return {
    tell(event, eventId) {
      const data = published(event);
      if (data !== undefined) keep(event, { data, eventId });
    },
    monitors: [
      pruningMonitor({
        clock,
        prune: (signal) => pruneOld(options, signal),
        onRemoved(entry) {
          const atMs = clock.wallMs();
          const data = {
            type: entry.reason,
            at: new Date(atMs).toISOString(),
            message: entry.message,
          };
          queue.add(withEventId({ ...entry, atMs }, options.publish?.(entry.reason, data)));
        },
      }),
    ],
    async [Symbol.asyncDispose]() {
      await queue[Symbol.asyncDispose]();
      const { unwritten, condition } = queue;
      if (unwritten === 0) return;
      const why = condition === undefined ? "" : `: ${condition.message}`;
      log.warn(`${unwritten} ${unwritten === 1 ? "event is" : "events are"} lost${why}`, {
        reason: "EventLogUnavailable",
        ...(condition === undefined ? {} : { resolution: condition.resolution }),
      });
    },
  };
}

/** What is about one resource names the generation that it was under, so that a line of the log says all by itself. */
function withGeneration(telling: Publication, generation: number | undefined): Publication {
  const { data } = telling;
  if (generation === undefined || data["id"] === undefined) return telling;
  return { ...telling, data: { ...data, generation } };
}

/** What is loaded for it is loaded when there is something to write. */
async function openStore(options: RecordsOptions): Promise<EntryStore> {
  const { root, run: operationId, hostId, clock, log } = options;
  const directory = await eventsDirectoryUnder(root);
  const { openEventSeries } = await import("@holdfast/daemonkit/eventlog");
  const request = { directory, series: EVENTS_SERIES, operationId, hostId, clock, log };
  const store = openEventSeries(request);
  return {
    async append(entry) {
      options.throwIfLost?.();
      return await store.append(entry);
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

async function pruneOld(options: RecordsOptions, signal: AbortSignal) {
  const { root, clock, keep = {} } = options;
  options.throwIfLost?.();
  const directory = await eventsDirectoryUnder(root);
  const { pruneEvents } = await import("./prune-events.ts");
  return pruneEvents({ directory, series: EVENTS_SERIES, keep, clock }, signal);
}
