import { chmod, chown, stat } from "node:fs/promises";
import type { Server } from "node:http";
import { dirname, isAbsolute } from "node:path";
import { type Clock, sleep } from "../clock.ts";
import { makeOwnDirectory, type OpenDirectory, openOwnDirectory } from "../files/own-directory.ts";
import { type Log, silentLog } from "../log.ts";
import { loadNative, type Native } from "../native/native.ts";
import { numberOption, optionFault } from "../option.ts";
import { systemClock } from "../system.ts";
import { answer } from "./answer.ts";
import { bindSocket } from "./bind-socket.ts";
import { ConnectedClients } from "./clients/connected-clients.ts";
import { claimSocket } from "./claim-socket.ts";
import { untilLost } from "./lost-socket.ts";
import { type Component, type ControlRequest, jsonReply } from "./route.ts";
import { createRouter } from "./router.ts";

/** What a control plane is started with. */
export interface ControlPlaneOptions {
  /** Absolute. Its directory is made 0750 where it is missing, and must be nobody else's to write. */
  readonly socketPath: string;
  /** What `GET /status` answers with, as it is. */
  readonly status: (request: ControlRequest) => unknown;
  /** Default: none. */
  readonly components?: readonly Component[];
  /**
   * The socket's directory is this daemon's alone: where it keeps the readers out, it is given to their group. Default:
   * one that is there is left as it is, and that it keeps them out is logged.
   */
  readonly ownsDirectory?: boolean;
  /** Whose members may read: the socket is 0660 with this group. Default: nobody's, and the socket is 0600. */
  readonly readersGid?: number;
  /** Whose members may act, besides root and the daemon's own user; they must be able to connect. Default: nobody's. */
  readonly operatorsGid?: number;
  /** How long a client may take for its headers. Default 5 000. */
  readonly headerTimeoutMs?: number;
  /** How long requests may go on when the plane stops; then they are cut off. Default 5 000. */
  readonly stopTimeoutMs?: number;
  /** Default: silent. */
  readonly log?: Log;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** How native calls are loaded. Default: through koffi. */
  readonly loadNative?: () => Promise<Native>;
}

/** A control plane that serves. Disposing it takes the socket away, lets requests end, and cuts off what does not. */
export interface ControlPlane extends AsyncDisposable {
  readonly socketPath: string;
  /**
   * Resolves when the signal is aborted.
   * @throws {DaemonFault} SocketLost, when somebody removed or replaced the socket: nobody can connect any more.
   */
  untilLost(signal: AbortSignal): Promise<void>;
}

/** The first line and the headers of a request; each client may hold as much. */
const MOST_HEADER_BYTES = 64 * 1024;
/** A request, its body included, takes no longer than this to arrive. */
const REQUEST_TIMEOUT_MS = 60_000;

/**
 * Serves HTTP on a Unix socket: `GET /health`, which is always the same, `GET /status`, and each component under its
 * name. Resolves when it can be connected to.
 * @throws {DaemonFault} SocketInUse, when a daemon runs there; PathUnsafe, when another file lies there or others can
 *   write the directory; OptionInvalid; FileFailed.
 */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const { socketPath, readersGid, log = silentLog, clock = systemClock } = options;
  if (!isAbsolute(socketPath)) throw optionFault(`${socketPath} is relative`, "Name it in full.");
  const native = await (options.loadNative ?? loadNative)();
  const stopTimeoutMs = numberOption({
    name: "stopTimeoutMs",
    value: options.stopTimeoutMs,
    otherwise: 5_000,
  });
  await using stack = new AsyncDisposableStack();
  await makeOwnDirectory(dirname(socketPath), { gid: readersGid });
  const directory = stack.use(await openOwnDirectory(dirname(socketPath)));
  if (readersGid !== undefined) {
    const isOurs = options.ownsDirectory === true;
    await bringIntoReach(directory, { gid: readersGid, isOurs, log });
  }
  const plane = createPlane(options, { native, log, clock });
  stack.use(await claimSocket(directory, socketPath, { native, log }));
  stack.defer(() => stopServer(plane, clock, stopTimeoutMs));
  const bound = stack.use(
    await bindSocket(plane.server, directory, { socketPath, gid: readersGid }),
  );
  const held = stack.move();
  let stopping: Promise<void> | undefined;
  return {
    socketPath,
    untilLost: (signal) => untilLost(bound, { socketPath, clock }, signal),
    [Symbol.asyncDispose]() {
      stopping ??= held.disposeAsync();
      return stopping;
    },
  };
}

interface Readers {
  readonly gid: number;
  /** The directory may be given to them. */
  readonly isOurs: boolean;
  readonly log: Log;
}

/** A directory that was there before may keep the readers out. */
async function bringIntoReach(
  directory: OpenDirectory,
  { gid, isOurs, log }: Readers,
): Promise<void> {
  const here = directory.at(".");
  const entry = await stat(here);
  const searchBit = entry.gid === gid ? 0o010 : 0o001;
  if ((entry.mode & searchBit) !== 0) return;
  if (isOurs) {
    // The group first, so that nobody gets in by the old one.
    await chown(here, -1, gid);
    return await chmod(here, 0o750);
  }
  log.warn(`members of group ${gid} cannot get to the control socket in ${directory.path}`, {
    reason: "SocketOutOfReach",
    resolution: `chgrp ${gid} ${directory.path} and chmod 0750 ${directory.path}`,
  });
}

interface Plane {
  readonly server: Server;
  /** Aborted when streams should end: the plane stops. */
  readonly streams: AbortController;
  /** Aborted when requests are cut off. */
  readonly requests: AbortController;
}

function createPlane(
  options: ControlPlaneOptions,
  world: { readonly native: Native; readonly log: Log; readonly clock: Clock },
): Plane {
  const headersTimeout = numberOption({
    name: "headerTimeoutMs",
    value: options.headerTimeoutMs,
    otherwise: 5_000,
  });
  const router = createRouter(topRoutes(options.status), options.components ?? []);
  const rules = {
    ownerUid: process.geteuid?.() ?? -1,
    readersGid: options.readersGid,
    operatorsGid: options.operatorsGid,
  };
  const clients = new ConnectedClients({ rules, ...world });
  const streams = new AbortController();
  const requests = new AbortController();
  const settings = {
    headersTimeout,
    maxHeaderSize: MOST_HEADER_BYTES,
    requestTimeout: Math.max(REQUEST_TIMEOUT_MS, headersTimeout),
    // How often Node observes which clients are late.
    connectionsCheckingInterval: Math.min(500, headersTimeout / 2),
  };
  // An import of it would load fetch, WebSocket and HTTP/2 with it: 13 MB and 50 ms for what nobody uses here.
  const { createServer } = process.getBuiltinModule("node:http");
  const server = createServer(settings, (request, response) => {
    const client = clients.of(request.socket);
    if (client === undefined) return;
    const signals = { streams: streams.signal, requests: requests.signal };
    // Never rejects: every failure is an answer.
    void answer({ request, response, ...client }, { router, rules, ...world, ...signals });
  });
  // Whoever sent a second one before the first is answered would have any number answered at once.
  server.maxRequestsPerSocket = 1;
  server.on("dropRequest", (_, socket) => socket.destroy());
  server.on("connection", (socket) => clients.meet(socket));
  return { server, streams, requests };
}

function topRoutes(status: ControlPlaneOptions["status"]): readonly Component[] {
  return [
    {
      name: "health",
      routes: [{ method: "GET", path: "", respond: () => jsonReply({ status: "ok" }) }],
    },
    {
      name: "status",
      routes: [
        { method: "GET", path: "", respond: async (request) => jsonReply(await status(request)) },
      ],
    },
  ];
}

/** Lets requests end within the time, and cuts the rest off. */
async function stopServer(plane: Plane, clock: Clock, timeoutMs: number): Promise<void> {
  const { server, streams, requests } = plane;
  const grace = new AbortController();
  const closed = new Promise<void>((resolve) => {
    // A server that never came to listen is closed already.
    server.close(() => resolve());
  });
  streams.abort();
  server.closeIdleConnections();
  await Promise.race([closed, sleep(clock, timeoutMs, grace.signal)]);
  grace.abort();
  requests.abort();
  server.closeAllConnections();
  await closed;
}
