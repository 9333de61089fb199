import { type ChildProcess, spawn } from "node:child_process";
import { EventEmitter } from "node:events";
import { createInterface } from "node:readline";
import { exitOf, plainEnvironment } from "./processes.ts";

/** A line of JSON that a process printed, as far as it is used here. */
export interface ServedEvent {
  readonly type: string;
  readonly id?: string;
  readonly latencyMs?: number;
  readonly busyMs?: number;
  readonly longestMs?: number;
}

/** A process that watches and repairs, and says so in lines of JSON. */
export interface Served extends AsyncDisposable {
  readonly processId: number;
  /** Emits `event` with a ServedEvent for every line. */
  readonly events: EventEmitter<{ event: [ServedEvent] }>;
}

/** The longest anything is waited for. */
const PATIENCE_MS = 60_000;

/**
 * Starts a process, in the present working directory or another, and waits until it says that it watches. Disposing stops
 * it and checks that it ended well.
 */
export async function startServed(
  argv: readonly string[],
  { cwd }: { readonly cwd?: string } = {},
): Promise<Served> {
  const [program = "", ...args] = argv;
  const child = spawn(program, args, {
    env: plainEnvironment(),
    stdio: ["ignore", "pipe", "inherit"],
    ...(cwd === undefined ? {} : { cwd }),
  });
  const events = new EventEmitter<{ event: [ServedEvent] }>();
  createInterface({ input: child.stdout }).on("line", (line) => {
    events.emit("event", parseEvent(line));
  });
  await waitForEvent(events, ({ type }) => type === "watching");
  return {
    processId: child.pid ?? 0,
    events,
    [Symbol.asyncDispose]: () => stop(child),
  };
}

/**
 * Resolves with the first event that fits.
 * @throws {Error} when none comes within a minute.
 */
export async function waitForEvent(
  events: Served["events"],
  fits: (event: ServedEvent) => boolean,
): Promise<ServedEvent> {
  return await new Promise((resolve, reject) => {
    const timer = setTimeout(() => settle(() => reject(new Error("no event came"))), PATIENCE_MS);
    events.on("event", listen);

    function listen(event: ServedEvent): void {
      if (fits(event)) settle(() => resolve(event));
    }
    function settle(how: () => void): void {
      clearTimeout(timer);
      events.off("event", listen);
      how();
    }
  });
}

async function stop(child: ChildProcess): Promise<void> {
  child.kill("SIGTERM");
  const code = await exitOf(child);
  if (code !== 0) throw new Error(`the served process ended with ${code}`);
}

function parseEvent(line: string): ServedEvent {
  const value: unknown = JSON.parse(line);
  if (typeof value !== "object" || value === null) throw new Error(`not an event: ${line}`);
  return value as ServedEvent;
}
