import type { DBusConnection, Message, MessageBus } from "dbus-native";
import { abortFault, Fault, throwIfAborted, toFault } from "@holdfast/core";
import { type BusCall, type BusSignal, CallRefused } from "../systemd/systemd-link.ts";

/** A call of any object on the other side of the socket. */
export interface DbusCall extends BusCall {
  readonly destination: string;
}

/** A signal, with the unique name of who sent it; `undefined` where there is no bus in between. */
export interface DbusSignal extends BusSignal {
  readonly sender: string | undefined;
}

/** What a connection is opened with. */
export interface DbusConnectionOptions {
  /** Absolute. */
  readonly socket: string;
  /** Gets every signal from the first on; must not throw. */
  readonly sink: (signal: DbusSignal) => void;
}

/** More than any answer of systemd has; a longer message closes the connection. */
const MOST_MESSAGE_BYTES = 16 * 1024 * 1024;
/** What dbus-native calls a failure of the connection rather than an answer. */
const CONNECTION_LOST = "ECONNCLOSED";

/**
 * One connection to a D-Bus socket as this process's user. It never connects again by itself: what is lost with it
 * would not be noticed. Deadlines are its callers': whatever waits, waits for a signal too.
 */
export class DbusConnection implements AsyncDisposable {
  readonly socket: string;
  /** Resolves when the connection is no more, with why. */
  readonly ended: Promise<Fault>;
  readonly #bus: MessageBus;

  /**
   * Connects and authenticates; loads the library when it is needed first.
   * @throws {Fault} SystemdUnresponsive, Aborted.
   */
  static async open(options: DbusConnectionOptions, signal: AbortSignal): Promise<DbusConnection> {
    throwIfAborted(signal);
    const { default: library } = await import("dbus-native");
    const bus = library.createClient({
      socket: options.socket,
      // Without the library's own greeting: when that fails it throws where nobody can catch it.
      direct: true,
      authMethods: ["EXTERNAL"],
      maxMessageSize: MOST_MESSAGE_BYTES,
      timeout: 0,
    });
    const connection = new DbusConnection(bus, options);
    try {
      await connected(bus.connection, connection.ended, signal);
      return connection;
    } catch (error) {
      await connection[Symbol.asyncDispose]();
      throw error;
    }
  }

  private constructor(bus: MessageBus, { socket, sink }: DbusConnectionOptions) {
    this.#bus = bus;
    this.socket = socket;
    const ended = Promise.withResolvers<Fault>();
    this.ended = ended.promise;
    const end = (cause?: Error): void => ended.resolve(lostFault(socket, cause));
    bus.connection.on("error", end);
    bus.connection.on("close", end);
    bus.connection.on("end", () => end());
    bus.connection.on("handlerError", (error) => {
      ended.resolve(toFault(error));
      bus.connection.stream.destroy();
    });
    bus.connection.on("message", (message) => {
      const received = signalOf(message);
      if (received !== undefined) sink(received);
    });
  }

  /**
   * The values of the answer.
   * @throws {CallRefused} when the other side says no.
   * @throws {Fault} SystemdUnresponsive, Aborted.
   */
  call(request: DbusCall, signal: AbortSignal): Promise<readonly unknown[]> {
    const { destination, path, interface: interfaceName, member, signature, body = [] } = request;
    const message: Message = { destination, path, interface: interfaceName, member };
    if (signature !== undefined) Object.assign(message, { signature, body: [...body] });
    return new Promise((resolve, reject) => {
      this.#bus.invoke(message, { signal, timeout: 0 }, (error, ...values: readonly unknown[]) => {
        if (error === null) resolve(values);
        else if (signal.aborted) reject(abortFault(signal));
        else if ("code" in error && error.code === CONNECTION_LOST) void this.ended.then(reject);
        else reject(new CallRefused(error.dbusName ?? "", error.message));
      });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#bus.connection.stream.destroy();
    await this.ended;
  }
}

async function connected(
  connection: DBusConnection,
  ended: Promise<Fault>,
  signal: AbortSignal,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const abort = (): void => reject(abortFault(signal));
  connection.on("connect", resolve);
  void ended.then(reject);
  signal.addEventListener("abort", abort, { once: true });
  try {
    await promise;
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

function signalOf(message: Message): DbusSignal | undefined {
  const { type, path, interface: interfaceName, member, sender, body = [] } = message;
  const isSignal = type === SIGNAL && path !== undefined && interfaceName !== undefined;
  if (!isSignal || member === undefined) return undefined;
  return { path, interface: interfaceName, member, sender, body };
}

/** The number that a signal has among the types of messages. */
const SIGNAL = 4;

function lostFault(socket: string, cause: unknown): Fault {
  const why = cause instanceof Error ? cause.message : "it was closed by the other side";
  return new Fault({
    reason: "SystemdUnresponsive",
    message: `systemd is not reached by ${socket}: ${why}`,
    resolution: "None; it is tried again. If this repeats, see whether D-Bus and systemd run.",
    cause,
  });
}
