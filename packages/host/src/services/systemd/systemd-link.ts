/** One call of systemd. */
export interface BusCall {
  /** The object. */
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  /** Of the arguments; `undefined` when there are none. */
  readonly signature?: string;
  readonly body?: readonly unknown[];
}

/** One signal of systemd. */
export interface BusSignal {
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly body: readonly unknown[];
}

/** systemd has answered a call with an error: the world said no, in a word that its caller knows. */
export class CallRefused extends Error {
  override readonly name = "CallRefused";
  /** For example `org.freedesktop.systemd1.UnitMasked`. */
  readonly word: string;

  constructor(word: string, message: string) {
    super(message);
    this.word = word;
  }
}

/**
 * One connection to systemd: the narrow table of what is needed of it, so that the same algorithms run over a real
 * systemd and over a simulated one. It sets no deadlines.
 */
export interface SystemdLink extends AsyncDisposable {
  /** The path of the socket, for people. */
  readonly socket: string;
  /** Resolves when it is no more, with why. */
  readonly ended: Promise<unknown>;
  /**
   * The values of the answer.
   * @throws {CallRefused} when systemd says no.
   * @throws {Fault} SystemdUnresponsive, when the connection is lost meanwhile; Aborted.
   */
  call(call: BusCall, signal: AbortSignal): Promise<readonly unknown[]>;
  /** Resolves when every signal from now on is delivered. A second time does nothing. */
  listen(signal: AbortSignal): Promise<void>;
}

/** How a link is opened. */
export interface OpenLinkOptions {
  /** The only socket to try; `undefined`: the best that there is. */
  readonly socket: string | undefined;
  /** Gets the signals once `listen` was called; must not throw. */
  readonly sink: (signal: BusSignal) => void;
}

/**
 * Opens a link.
 * @throws {Fault} ServicesUnavailable, SystemdUnresponsive, Aborted.
 */
export type OpenLink = (options: OpenLinkOptions, signal: AbortSignal) => Promise<SystemdLink>;
