import { type Clock, sleep } from "../clock.ts";
import { DaemonFault, toDaemonFault } from "../daemon-fault.ts";
import { type Log, silentLog } from "../log.ts";
import { loadNative, type Native } from "../native/native.ts";
import { systemClock, systemMonotonicUsec } from "../system.ts";

/** What a notifier is made with. */
export interface NotifierOptions {
  /** Where `NOTIFY_SOCKET` is looked up. Default: that of the process. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Default: silent. */
  readonly log?: Log;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** CLOCK_MONOTONIC in microseconds, for reloads. Default: the system's. */
  readonly monotonicUsec?: () => bigint;
  /** How native calls are loaded. Default: through koffi. */
  readonly loadNative?: () => Promise<Native>;
}

/**
 * Tells the service manager about the daemon's state, as sd_notify(3) does. Messages go out in the order of the calls.
 * No call ever rejects: a daemon that cannot tell goes on, and says so once in its log (`NotifyFailed`). Without
 * `NOTIFY_SOCKET` every call does nothing.
 */
export interface Notifier {
  /** Start-up, or a reload, is over: call it when the daemon serves. */
  ready(status?: string): Promise<void>;
  /** The configuration is being read again; `ready` ends it. */
  reloading(): Promise<void>;
  /** The daemon begins to stop. */
  stopping(status?: string): Promise<void>;
  /** One line for `systemctl status`. */
  status(text: string): Promise<void>;
  /** Start, stop or reload may take this long from now on. */
  extendTimeout(durationMs: number): Promise<void>;
  /** The daemon is alive. */
  watchdog(): Promise<void>;
}

/** A full queue is tried again this often, so that READY is not lost on a busy machine. */
const MOST_TRIES = 20;
const BETWEEN_TRIES_MS = 100;
/** As many messages may wait for their turn; what comes after them is not sent. */
const MOST_WAITING = 64;

/** Makes a notifier. Nothing is loaded or opened before the first message. */
export function createNotifier(options: NotifierOptions = {}): Notifier {
  const { environment = process.env, monotonicUsec = systemMonotonicUsec } = options;
  const send = createSender(environment["NOTIFY_SOCKET"] ?? "", options);
  const withStatus = (field: string, text: string | undefined): Promise<void> =>
    send(text === undefined ? [field] : [field, statusField(text)]);
  return {
    ready: (status) => withStatus("READY=1", status),
    reloading: () => send(["RELOADING=1", `MONOTONIC_USEC=${monotonicUsec()}`]),
    stopping: (status) => withStatus("STOPPING=1", status),
    status: (text) => send([statusField(text)]),
    extendTimeout: (durationMs) => send([`EXTEND_TIMEOUT_USEC=${Math.ceil(durationMs * 1_000)}`]),
    watchdog: () => send(["WATCHDOG=1"]),
  };
}

function createSender(
  address: string,
  options: NotifierOptions,
): (fields: readonly string[]) => Promise<void> {
  if (address === "") return () => Promise.resolve();
  const { log = silentLog, clock = systemClock } = options;
  const load = options.loadNative ?? loadNative;
  let loading: Promise<Native> | undefined;
  let last: Promise<void> = Promise.resolve();
  let waiting = 0;
  let hasComplained = false;
  return (fields) => {
    waiting += 1;
    const work = waiting > MOST_WAITING ? refuse : () => deliver(fields.join("\n"));
    last = last.then(() => tell(work));
    return last;
  };

  async function refuse(): Promise<void> {
    throw queueFull(address);
  }

  async function tell(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (hasComplained) return;
      hasComplained = true;
      const fault = toDaemonFault(error);
      log.warn(`the service manager cannot be notified: ${fault.message}`, {
        reason: "NotifyFailed",
        error: { ...fault.toJSON() },
      });
    } finally {
      waiting -= 1;
    }
  }

  async function deliver(payload: string): Promise<void> {
    if (!/^[/@]./.test(address)) throw unknownAddress(address);
    loading ??= load();
    const native = await loading;
    for (let tries = 1; !native.sendDatagram(address, payload); tries += 1) {
      if (tries === MOST_TRIES) throw queueFull(address);
      await sleep(clock, BETWEEN_TRIES_MS, new AbortController().signal);
    }
  }
}

/** A line of its own: a line break would begin another field. */
function statusField(text: string): string {
  return `STATUS=${text.replaceAll(/\s*[\r\n]+\s*/g, " ").replaceAll("\0", "")}`;
}

function unknownAddress(address: string): DaemonFault {
  return new DaemonFault({
    reason: "NotifyFailed",
    message: `NOTIFY_SOCKET is ${address}, which is neither a path nor an abstract name`,
    resolution: "Leave NOTIFY_SOCKET to the service manager.",
  });
}

function queueFull(address: string): DaemonFault {
  return new DaemonFault({
    reason: "NotifyFailed",
    message: `the queue of ${address} stayed full`,
    resolution: "Find out why the service manager does not read.",
  });
}
