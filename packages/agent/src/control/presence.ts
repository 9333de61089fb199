import { type EngineEvent, Fault, type Log } from "@holdfast/core";
import {
  type ControlPlane,
  createNotifier,
  type Notifier,
  startControlPlane,
  startWatchdog,
  toDaemonFault,
} from "@holdfast/daemonkit";
import { controlRoutes } from "./routes/control-routes.ts";
import type { Served } from "./served.ts";
import { createServiceNotices, type ServiceNotices } from "./service-notices.ts";
import { controlSocketPath, isTooLongForSocket, type SocketPlace } from "./socket-path.ts";
import { agentStatusJson } from "./status-json.ts";
import { createToldEvents, type ToldEvents } from "./told-events.ts";

/** What makes a serving agent reachable. */
export interface PresenceOptions {
  readonly place: SocketPlace;
  readonly log: Log;
  /** Takes the fault of a socket that cannot be served. */
  readonly onTrouble: (fault: Fault) => void;
}

/** A serving agent that can be asked and is known to the service manager. Disposing ends both. */
export interface Presence extends AsyncDisposable {
  readonly notices: Pick<ServiceNotices, "reloading" | "reloaded" | "stopping">;
  /** Takes what the agent tells. */
  tell(event: EngineEvent): void;
}

/** Nothing that is due may be left for longer. */
const LATEST_MS = 30_000;

/** Serves the control socket, and talks to the service manager where there is one. Fails never: what is missing is told. */
export async function startPresence(served: Served, options: PresenceOptions): Promise<Presence> {
  const { log } = options;
  const told = createToldEvents(served.clock);
  const notifier = createNotifier({ log, environment: options.place.environment });
  const notices = createServiceNotices(served, {
    notifier,
    isHeard: (options.place.environment["NOTIFY_SOCKET"] ?? "") !== "",
  });
  const plane = await startPlane(served, told, options);
  const watchdog = startServiceWatchdog(served, notifier, options);
  return {
    notices,
    tell(event) {
      told.tell(event);
      notices.note(event);
    },
    async [Symbol.asyncDispose]() {
      watchdog[Symbol.dispose]();
      await notices[Symbol.asyncDispose]();
      await plane?.[Symbol.asyncDispose]();
    },
  };
}

/** @returns `undefined` when the socket cannot be served: an agent without one is better than none. */
async function startPlane(
  served: Served,
  { stream }: ToldEvents,
  { place, log, onTrouble }: PresenceOptions,
): Promise<ControlPlane | undefined> {
  try {
    return await startControlPlane({
      socketPath: requireSocketPath(place),
      status: () => agentStatusJson(served),
      components: controlRoutes(served, stream),
      log,
    });
  } catch (error) {
    onTrouble(unavailable(error));
    return undefined;
  }
}

/** @throws {Fault} ControlUnavailable, when there is no place for a socket, or its path is too long. */
function requireSocketPath(place: SocketPlace): string {
  const path = controlSocketPath(place);
  if (path === undefined) {
    throw new Fault({
      reason: "ControlUnavailable",
      message: "there is no place for a control socket: XDG_RUNTIME_DIR is not set",
      resolution: "Set XDG_RUNTIME_DIR to a directory of your own.",
    });
  }
  if (!isTooLongForSocket(path)) return path;
  throw new Fault({
    reason: "ControlUnavailable",
    message: `the path of the control socket is too long for the system: ${path}`,
    resolution: "Use a root with a shorter path, so that the socket's has at most 103 bytes.",
  });
}

function unavailable(error: unknown): Fault {
  if (error instanceof Fault) return error;
  const { reason, message, resolution } = toDaemonFault(error);
  return new Fault({
    reason: "ControlUnavailable",
    message: `the control socket cannot be served: ${reason}: ${message}`,
    resolution,
    cause: error,
  });
}

/** M10: alive is whose event loop turns and whose schedule is kept. */
function startServiceWatchdog(
  { engine, clock }: Served,
  notifier: Pick<Notifier, "watchdog">,
  { log, place }: PresenceOptions,
): Disposable {
  return startWatchdog({
    notifier,
    log,
    environment: place.environment,
    isAlive: async () => {
      await clock.yieldTurn();
      return engine.overdueMs() <= LATEST_MS;
    },
  });
}
