import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { createInterface } from "node:readline";
import { HOLDFAST, readText } from "./command.ts";

/** A running `holdfast serve`. Disposing ends it for good. */
export interface Serving extends AsyncDisposable {
  /** The event that says that it watches. */
  readonly watching: unknown;
  /** Resolves with the events of the next drift of a resource and of its repair. */
  nextRepair(id: string): Promise<{ readonly drift: unknown; readonly result: unknown }>;
  /** Asks it to stop, as a service would be; resolves with its exit code. */
  stop(): Promise<number | null>;
}

/** The longest that one event is waited for. */
const PATIENCE_MS = 10_000;

/** Starts the command and waits until it watches. */
export async function startServing(args: readonly string[]): Promise<Serving> {
  const child = spawn(process.execPath, [HOLDFAST, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const events = new EventEmitter<{ event: [unknown] }>();
  createInterface({ input: child.stdout }).on("line", (line) => {
    events.emit("event", JSON.parse(line));
  });
  const ended = once(child, "exit");
  const next = (type: string, id: string): Promise<unknown> => nextEvent(events, type, id);
  return {
    watching: await next("watching", ""),
    nextRepair: async (id) => {
      const [drift, result] = await Promise.all([next("drift", id), next("result", id)]);
      assert.equal(readText(result, "status"), "changed", `${id} was repaired`);
      assert.equal(readText(result, "cause"), "drift", `${id} was repaired because it drifted`);
      return { drift, result };
    },
    stop: async () => {
      const stopped = next("stopped", "");
      child.kill("SIGTERM");
      await stopped;
      await ended;
      return child.exitCode;
    },
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
      await ended;
    },
  };
}

async function nextEvent(
  events: EventEmitter<{ event: [unknown] }>,
  type: string,
  id: string,
): Promise<unknown> {
  return await new Promise((resolve, reject) => {
    const complaint = new Error(`no ${type} ${id} came within ${PATIENCE_MS} ms`);
    const timer = setTimeout(() => settle(() => reject(complaint)), PATIENCE_MS);
    events.on("event", listen);

    function listen(event: unknown): void {
      if (readText(event, "type") !== type || readText(event, "id") !== id) return;
      settle(() => resolve(event));
    }
    function settle(how: () => void): void {
      clearTimeout(timer);
      events.off("event", listen);
      how();
    }
  });
}
