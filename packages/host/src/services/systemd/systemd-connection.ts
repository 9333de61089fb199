import { type Clock, Fault, type ServiceConnection, throwIfAborted, toFault } from "@holdfast/core";
import { CallLimit, unlessAborted } from "./call-limit.ts";
import {
  type BusCall,
  type BusSignal,
  CallRefused,
  type OpenLink,
  type SystemdLink,
} from "./systemd-link.ts";
import { readSignal, type SystemdSignal } from "./systemd-signals.ts";

/** What those who listen are given. */
export type SystemdEvent =
  | SystemdSignal
  /** The connection was lost and made again: anything may have happened in between. */
  | { readonly type: "reopened" }
  /** The connection was lost for good; nothing comes after this. */
  | { readonly type: "lost"; readonly fault: Fault };

/** What a connection is made with. */
export interface SystemdConnectionOptions {
  readonly open: OpenLink;
  readonly clock: Clock;
  /** The deadline of a call that names none. Default 10 000. */
  readonly callTimeoutMs?: number;
}

/** One attempt to open a link. */
interface Attempt {
  /** The only socket to try; `undefined`: the best that there is. */
  readonly socket: string | undefined;
  /** Whether signals must come before the link is used. */
  readonly isListening: boolean;
}

const CALL_TIMEOUT_MS = 10_000;
const OPEN_TIMEOUT_MS = 5_000;
/**
 * Before each attempt to make a lost connection again: some four seconds in all, in which a systemd that begins anew is
 * back. The last attempt takes any socket, those before it only the one that was lost.
 */
const REOPEN_DELAYS_MS = [20, 50, 100, 200, 400, 800, 1_200, 1_200];

/**
 * The one connection to systemd of an agent. It is opened with the first call, and made again while somebody listens;
 * without listeners by the next call. Every call has a deadline, and at most 32 are in flight.
 */
export class SystemdConnection implements AsyncDisposable {
  readonly #options: SystemdConnectionOptions;
  readonly #limit: CallLimit;
  readonly #listeners = new Set<(event: SystemdEvent) => void>();
  readonly #disposal = new AbortController();
  #link: SystemdLink | undefined;
  #opening: Promise<SystemdLink> | undefined;
  #socket: string | undefined;
  #calls = 0;

  constructor(options: SystemdConnectionOptions) {
    this.#options = options;
    this.#limit = new CallLimit(options.clock);
  }

  /** How systemd is asked. */
  state(): ServiceConnection {
    return { socket: this.#socket, isOpen: this.#link !== undefined, calls: this.#calls };
  }

  /**
   * The values of the answer.
   * @throws {CallRefused} when systemd says no.
   * @throws {Fault} ServicesUnavailable, SystemdUnresponsive, Aborted.
   */
  call(
    { timeoutMs, ...call }: BusCall & { readonly timeoutMs?: number },
    signal: AbortSignal,
  ): Promise<readonly unknown[]> {
    const bounds = {
      timeoutMs: timeoutMs ?? this.#options.callTimeoutMs ?? CALL_TIMEOUT_MS,
      name: call.member,
    };
    return this.#limit.run(bounds, signal, async (stop) => {
      const link = await this.#ready(stop);
      this.#calls += 1;
      return link.call(call, stop);
    });
  }

  /**
   * Resolves when everything that happens from now on is given to the listener. The returned function ends that.
   * @throws {Fault} ServicesUnavailable, SystemdUnresponsive, Aborted.
   */
  async listen(listener: (event: SystemdEvent) => void, signal: AbortSignal): Promise<() => void> {
    this.#listeners.add(listener);
    const bounds = { timeoutMs: OPEN_TIMEOUT_MS, name: "Subscribe" };
    try {
      await this.#limit.run(bounds, signal, async (stop) => {
        const link = await this.#ready(stop);
        await link.listen(stop).catch((error: unknown) => Promise.reject(openFault(error)));
      });
    } catch (error) {
      this.#listeners.delete(listener);
      throw error;
    }
    return () => this.#listeners.delete(listener);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listeners.clear();
    this.#disposal.abort(closedFault());
    await this.#opening?.catch(() => {});
    await this.#link?.[Symbol.asyncDispose]();
  }

  /** The link that is open, or the one that is being opened for all who wait. */
  async #ready(signal: AbortSignal): Promise<SystemdLink> {
    throwIfAborted(this.#disposal.signal);
    if (this.#link !== undefined) return this.#link;
    this.#opening ??= this.#opened(this.#open({ socket: undefined, isListening: false }));
    return unlessAborted(this.#opening, signal);
  }

  /** Adopts the link when it is there. Until then it is what all wait for. */
  async #opened(opening: Promise<SystemdLink>): Promise<SystemdLink> {
    try {
      const link = await opening;
      this.#link = link;
      this.#socket = link.socket;
      void link.ended.then(() => this.#lose(link));
      return link;
    } finally {
      this.#opening = undefined;
    }
  }

  async #open({ socket, isListening }: Attempt): Promise<SystemdLink> {
    const late = new AbortController();
    const cancel = this.#options.clock.schedule(OPEN_TIMEOUT_MS, () =>
      late.abort(lateFault(socket)),
    );
    const stop = AbortSignal.any([this.#disposal.signal, late.signal]);
    const sink = (signal: BusSignal): void => this.#take(signal);
    let link: SystemdLink | undefined;
    try {
      link = await this.#options.open({ socket, sink }, stop);
      if (isListening) await link.listen(stop);
      return link;
    } catch (error) {
      await link?.[Symbol.asyncDispose]();
      throw openFault(error);
    } finally {
      cancel();
    }
  }

  #take(signal: BusSignal): void {
    const event = readSignal(signal);
    if (event !== undefined) this.#publish(event);
  }

  #publish(event: SystemdEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  #lose(link: SystemdLink): void {
    this.#link = undefined;
    if (this.#listeners.size === 0 || this.#disposal.signal.aborted) return;
    this.#opening = this.#opened(this.#reopen(link.socket));
    void this.#opening.then(
      () => this.#publish({ type: "reopened" }),
      (error: unknown) => this.#giveUp(toFault(error)),
    );
  }

  async #reopen(socket: string): Promise<SystemdLink> {
    let last: unknown;
    for (const [attempt, delayMs] of REOPEN_DELAYS_MS.entries()) {
      const isLast = attempt === REOPEN_DELAYS_MS.length - 1;
      await this.#pause(delayMs);
      try {
        return await this.#open({ socket: isLast ? undefined : socket, isListening: true });
      } catch (error) {
        throwIfAborted(this.#disposal.signal);
        last = error;
      }
    }
    throw last;
  }

  #giveUp(fault: Fault): void {
    this.#publish({ type: "lost", fault });
    this.#listeners.clear();
  }

  async #pause(delayMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = this.#options.clock.schedule(delayMs, resolve);
    await unlessAborted(promise, this.#disposal.signal).finally(cancel);
  }
}

/** What went wrong while a link was opened: also where the bus knows of no systemd, or lets nobody in. */
function openFault(error: unknown): Fault {
  if (!(error instanceof CallRefused)) return toFault(error);
  return new Fault({
    reason: "SystemdUnresponsive",
    message: `systemd is not reached by the message bus: ${error.message}`,
    resolution: "None; it is tried again. If this repeats, see whether D-Bus and systemd run.",
    cause: error,
  });
}

function lateFault(socket: string | undefined): Fault {
  const by = socket === undefined ? "" : ` by ${socket}`;
  return new Fault({
    reason: "SystemdUnresponsive",
    message: `systemd is not reached${by} within ${OPEN_TIMEOUT_MS / 1_000} s`,
    resolution: "None; it is tried again. If this repeats, see whether D-Bus and systemd run.",
  });
}

function closedFault(): Fault {
  return new Fault({
    reason: "Aborted",
    message: "the connection to systemd was closed",
    resolution: "None; the agent is stopping.",
  });
}
