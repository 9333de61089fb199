import { type EngineEvent, Fault, type JsonObject, type Log } from "@holdfast/core";
import {
  type Component,
  type ControlRequest,
  createNotifier,
  DaemonFault,
  type EventStreamOptions,
  type Monitor,
  type Notifier,
  type Replay,
  startControlPlane,
  startWatchdog,
  toDaemonFault,
} from "@holdfast/daemonkit";
import type { Reachable } from "../agent.ts";
import { controlRoutes } from "./routes/control-routes.ts";
import { CONTROL_MONITOR, type Served } from "./served.ts";
import { SharedWork } from "./passes/shared-work.ts";
import { createServiceNotices, type ServiceNotices } from "./service-notices.ts";
import { controlSocketPath, isTooLongForSocket, type SocketPlace } from "./socket-path.ts";
import { agentStatusJson } from "./status-json.ts";
import { createPublishedEvents } from "./published-events.ts";

/** What makes a serving agent reachable. */
export interface ControlServerOptions {
  readonly place: SocketPlace;
  readonly log: Log;
  /** The users that may ask and act, besides root and the agent's own user. Default: none. */
  readonly rights?: Pick<Reachable, "readersGid" | "operatorsGid">;
  /** What else is answered. Default: nothing. */
  readonly components?: readonly Component[];
  /** Knows the events of earlier runs of the agent. Default: none are known. */
  readonly earlier?: EventStreamOptions["earlier"];
}

/** A serving agent that can be asked and is known to the service manager. Disposing ends both. */
export interface ControlServer extends AsyncDisposable {
  readonly notices: Pick<ServiceNotices, "reloading" | "reloaded" | "stopping">;
  /** Serves the control socket, again when it was removed. */
  readonly monitor: Monitor;
  /** Resolves when the socket serves, or was found not to. */
  readonly firstTried: Promise<void>;
  /** Takes an event of the agent. Returns the id under which clients get it; `undefined` when they do not. */
  tell(event: EngineEvent): string | undefined;
  /** Publishes an event that concerns no resource. Returns its id. */
  publish(type: string, data: JsonObject): string;
}

/** Nothing that is due may be left for longer. */
const LATEST_MS = 30_000;

/** Talks to the service manager where there is one; the socket is served by the monitor. */
export function createControlServer(served: Served, options: ControlServerOptions): ControlServer {
  const { log, place } = options;
  const published = createPublishedEvents(served.clock, earlierOf(served, options));
  const notifier = createNotifier({ log, environment: place.environment });
  const notices = createServiceNotices(served, {
    notifier,
    isFromWatch: (place.environment["NOTIFY_SOCKET"] ?? "") !== "",
  });
  const watchdog = startServiceWatchdog(served, notifier, options);
  const tried = Promise.withResolvers<void>();
  const components = [...controlRoutes(served, published.stream), ...(options.components ?? [])];
  return {
    notices,
    firstTried: tried.promise,
    monitor: {
      name: CONTROL_MONITOR,
      async run({ connectivity }, signal) {
        const socketPath = controlSocketPath(place);
        const problem = problemOf(socketPath);
        if (socketPath === undefined || problem !== undefined) {
          connectivity(problem);
          tried.resolve();
          return await untilAborted(signal);
        }
        try {
          const status = ({ turn }: ControlRequest) => agentStatusJson(served, turn);
          await using plane = await startControlPlane({
            socketPath,
            ownsDirectory: true,
            status,
            components,
            log,
            ...rightsOf(options.rights),
          });
          tried.resolve();
          await plane.untilLost(signal);
        } catch (error) {
          throw unavailable(error);
        } finally {
          tried.resolve();
        }
      },
    },
    tell(event) {
      notices.note(event);
      return published.tell(event);
    },
    publish: (type, data) => published.stream.publish({ type, data }),
    async [Symbol.asyncDispose]() {
      watchdog[Symbol.dispose]();
      await notices[Symbol.asyncDispose]();
    },
  };
}

/** The log is read for one span at a time: every client that comes back after a restart asks for the same. */
function earlierOf(
  { clock }: Served,
  { earlier }: ControlServerOptions,
): ControlServerOptions["earlier"] {
  if (earlier === undefined) return undefined;
  const reading = new SharedWork<Replay | undefined>({ clock, restFactor: 1 });
  return async (span, signal) => {
    try {
      const found = await reading.ask(span.after, (asked) => earlier(span, asked), signal);
      return found.value();
    } catch (error) {
      // Too many ask, or the client is gone: nothing is known then.
      if (error instanceof Fault) return undefined;
      throw error;
    }
  };
}

/** A user that may act must be able to connect. */
function rightsOf({ readersGid, operatorsGid }: NonNullable<ControlServerOptions["rights"]> = {}) {
  const connecting = readersGid ?? operatorsGid;
  return {
    ...(connecting === undefined ? {} : { readersGid: connecting }),
    ...(operatorsGid === undefined ? {} : { operatorsGid }),
  };
}

/** The facts that do not change while the agent runs. */
function problemOf(path: string | undefined): DaemonFault | undefined {
  if (path === undefined) {
    return new DaemonFault({
      reason: "NoPlace",
      message: "there is no place for a control socket: XDG_RUNTIME_DIR is not set",
      resolution: "Set XDG_RUNTIME_DIR to a directory of your own.",
    });
  }
  if (!isTooLongForSocket(path)) return undefined;
  return new DaemonFault({
    reason: "PathTooLong",
    message: `the path of the control socket is too long for the system: ${path}`,
    resolution: "Use a root with a shorter path, so that the socket's has at most 103 bytes.",
  });
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
    if (signal.aborted) resolve();
  });
}

function unavailable(error: unknown): DaemonFault {
  const { reason, message, resolution } = toDaemonFault(error);
  const words = `the control socket cannot be served: ${reason}: ${message}`;
  return new DaemonFault({ reason, message: words, resolution, cause: error });
}

/** M10: alive is whose event loop turns and whose schedule is kept. */
function startServiceWatchdog(
  served: Served,
  notifier: Pick<Notifier, "watchdog">,
  { log, place }: ControlServerOptions,
): Disposable {
  return startWatchdog({
    notifier,
    log,
    environment: place.environment,
    isAlive: async () => {
      await served.clock.yieldTurn();
      return served.engine.overdueMs() <= LATEST_MS;
    },
  });
}
