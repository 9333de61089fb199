import { lstatSync } from "node:fs";
import { type Clock, Fault } from "@holdfast/core";
import { DbusConnection, type DbusSignal } from "./dbus-connection.ts";
import { unlessAborted } from "../systemd/call-limit.ts";
import type { BusCall, OpenLink, OpenLinkOptions, SystemdLink } from "../systemd/systemd-link.ts";

/** Where systemd is reached. The paths are fixed: nothing in the environment leads elsewhere. */
export interface SystemdSockets {
  /** systemd's own, for root alone: half the time for each call, and it outlives D-Bus. */
  readonly own: string;
  /** The system's message bus, for everybody. */
  readonly bus: string;
}

/** The sockets of a machine. */
export const SYSTEMD_SOCKETS: SystemdSockets = {
  own: "/run/systemd/private",
  bus: "/run/dbus/system_bus_socket",
};

/** Exists while systemd runs the machine, as sd_booted(3) says. */
const SYSTEMD_RUNS = "/run/systemd/system";
const SYSTEMD = "org.freedesktop.systemd1";
const SYSTEMD_OBJECT = "/org/freedesktop/systemd1";
const BUS = "org.freedesktop.DBus";
/** All signals that are understood, and no others: a reload makes hundreds more. */
const MATCHES = [
  `type='signal',sender='${SYSTEMD}',interface='org.freedesktop.DBus.Properties',member='PropertiesChanged',path_namespace='${SYSTEMD_OBJECT}/unit'`,
  ...["JobRemoved", "UnitFilesChanged", "Reloading"].map(
    (member) =>
      `type='signal',sender='${SYSTEMD}',interface='${SYSTEMD}.Manager',member='${member}'`,
  ),
  `type='signal',sender='${BUS}',interface='${BUS}',member='NameOwnerChanged',arg0='${SYSTEMD}'`,
];

/** Opens links to the systemd of this machine: by its own socket as root, by the bus for others and where that fails. */
export function systemdLinks(clock: Clock, sockets: SystemdSockets = SYSTEMD_SOCKETS): OpenLink {
  return async (options, signal) => {
    if (!exists(SYSTEMD_RUNS)) throw unavailable();
    const isRoot = process.geteuid?.() === 0;
    const best = isRoot && exists(sockets.own) ? [sockets.own, sockets.bus] : [sockets.bus];
    let last: unknown;
    for (const socket of options.socket === undefined ? best : [options.socket]) {
      try {
        const chosen = { ...options, socket, clock };
        return await (socket === sockets.bus ? openOnBus : openOwn)(chosen, signal);
      } catch (error) {
        last = error;
      }
    }
    throw last;
  };
}

type Chosen = OpenLinkOptions & { readonly socket: string; readonly clock: Clock };

/** On systemd's own socket there is nobody in between: every signal comes unasked. */
async function openOwn({ socket, sink, clock }: Chosen, signal: AbortSignal): Promise<SystemdLink> {
  let isListening = false;
  const deliver = (received: DbusSignal): void => {
    if (isListening) sink(received);
  };
  const connection = await DbusConnection.open({ socket, sink: deliver }, signal);
  try {
    await greet(connection, clock, signal);
  } catch (error) {
    await connection[Symbol.asyncDispose]();
    throw error;
  }
  return {
    socket,
    ended: connection.ended,
    call: (call, stop) => connection.call({ ...call, destination: SYSTEMD }, stop),
    async listen() {
      isListening = true;
    },
    [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose](),
  };
}

/**
 * Makes sure that systemd reads what it is sent. What comes together with the end of the authentication it leaves lying
 * until more comes (252: in most cases), so it is asked again, after pauses that grow, until it has answered once.
 */
async function greet(connection: DbusConnection, clock: Clock, signal: AbortSignal): Promise<void> {
  let isAnswered = false;
  const ask = (): Promise<void> =>
    connection.call({ ...PING, destination: SYSTEMD }, signal).then(() => {
      isAnswered = true;
    });
  const first = ask();
  for (let pauseMs = GREETING_MS; !isAnswered; pauseMs *= 2) {
    const pause = Promise.withResolvers<void>();
    const cancel = clock.schedule(pauseMs, pause.resolve);
    await unlessAborted(Promise.race([first, pause.promise]), signal).finally(cancel);
    // Whether this one is answered does not matter: it makes systemd read.
    if (!isAnswered) ask().catch(() => {});
  }
}

const GREETING_MS = 2;
const PING: BusCall = {
  path: SYSTEMD_OBJECT,
  interface: "org.freedesktop.DBus.Peer",
  member: "Ping",
};

/**
 * On the bus anybody may send us a signal, so only those of systemd count, by its unique name. When that changes,
 * systemd has begun anew and the link ends, as it does on the other socket.
 */
async function openOnBus({ socket, sink }: Chosen, signal: AbortSignal): Promise<SystemdLink> {
  let owner: unknown;
  let isListening = false;
  const replaced = Promise.withResolvers<void>();
  const deliver = (received: DbusSignal): void => {
    if (received.sender === BUS && received.member === "NameOwnerChanged") replaced.resolve();
    else if (isListening && received.sender === owner) sink(received);
  };
  const connection = await DbusConnection.open({ socket, sink: deliver }, signal);
  void replaced.promise.then(() => connection[Symbol.asyncDispose]());
  const ask = (member: string, texts: readonly string[]): Promise<readonly unknown[]> =>
    connection.call({ ...busCall(member, texts), destination: BUS }, signal);
  try {
    await ask("Hello", []);
    [owner] = await ask("GetNameOwner", [SYSTEMD]);
  } catch (error) {
    await connection[Symbol.asyncDispose]();
    throw error;
  }
  return {
    socket,
    ended: connection.ended,
    call: (call, stop) => connection.call({ ...call, destination: SYSTEMD }, stop),
    async listen(stop) {
      if (isListening) return;
      for (const match of MATCHES)
        await connection.call({ ...busCall("AddMatch", [match]), destination: BUS }, stop);
      // Only dbus-broker sends signals without it.
      await connection.call({ ...SUBSCRIBE, destination: SYSTEMD }, stop);
      isListening = true;
    },
    [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose](),
  };
}

const SUBSCRIBE: BusCall = {
  path: SYSTEMD_OBJECT,
  interface: `${SYSTEMD}.Manager`,
  member: "Subscribe",
};

function busCall(member: string, texts: readonly string[]): BusCall {
  const call = { path: "/org/freedesktop/DBus", interface: BUS, member };
  return texts.length === 0 ? call : { ...call, signature: "s".repeat(texts.length), body: texts };
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function unavailable(): Fault {
  return new Fault({
    reason: "ServicesUnavailable",
    message: "systemd does not run this machine, so there are no services to manage",
    resolution: "Leave services out here, or run the agent on a machine that systemd runs.",
  });
}
