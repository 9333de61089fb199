import { type Clock, Fault, throwIfAborted } from "@holdfast/core";
import type { BusCall, OpenLink, OpenLinkOptions, SystemdLink } from "@holdfast/host";
import { answerCall } from "./answer-call.ts";
import { refused } from "./refused.ts";
import type { SimulatedSystemd } from "./simulated-systemd.ts";

/** As dbus-daemon has it for each connection. */
const MOST_IN_FLIGHT = 128;
/** How long a systemd that begins anew is away. */
const REEXEC_MS = 300;

/** The sockets by which a simulated systemd is reached, and what can happen to them. */
export interface SimulatedSockets {
  /** systemd's own socket is there. Default true. */
  hasOwn: boolean;
  /** The message bus runs. Default true. */
  hasBus: boolean;
  /** systemd answers nothing. */
  isHung: boolean;
  /** Most calls that any link had in flight at once so far. */
  readonly mostInFlight: number;
  /** The message bus dies, with every connection to it; whether it comes back is `hasBus`. */
  killBus(): void;
  /** systemd begins anew: every connection to it ends, and its units go on. */
  reexec(): void;
}

/** Opens links to a simulated systemd. */
export class SimulatedLinks implements SimulatedSockets {
  hasOwn = true;
  hasBus = true;
  isHung = false;
  mostInFlight = 0;
  readonly #systemd: SimulatedSystemd;
  readonly #clock: Clock;
  readonly #links = new Set<Link>();
  #isAway = false;

  constructor(systemd: SimulatedSystemd, clock: Clock) {
    this.#systemd = systemd;
    this.#clock = clock;
  }

  readonly open: OpenLink = async (options, signal) => {
    throwIfAborted(signal);
    const socket = options.socket ?? (this.hasOwn ? OWN : BUS);
    const isThere = socket === OWN ? this.hasOwn : this.hasBus;
    if (!isThere || this.#isAway) throw unreachedFault(socket);
    const link = new Link(this.#systemd, { ...options, socket }, this);
    this.#links.add(link);
    void link.ended.then(() => this.#links.delete(link));
    return link;
  };

  killBus(): void {
    for (const link of this.#links) if (link.socket === BUS) link.end();
  }

  reexec(): void {
    this.#isAway = true;
    for (const link of this.#links) link.end();
    this.#clock.schedule(REEXEC_MS, () => {
      this.#isAway = false;
    });
  }
}

const OWN = "/run/systemd/private";
const BUS = "/run/dbus/system_bus_socket";

class Link implements SystemdLink {
  readonly socket: string;
  readonly ended: Promise<void>;
  readonly #systemd: SimulatedSystemd;
  readonly #sink: OpenLinkOptions["sink"];
  readonly #sockets: SimulatedLinks;
  readonly #gone = Promise.withResolvers<void>();
  #inFlight = 0;
  #unlisten: (() => void) | undefined;

  constructor(
    systemd: SimulatedSystemd,
    { socket, sink }: OpenLinkOptions & { readonly socket: string },
    sockets: SimulatedLinks,
  ) {
    this.#systemd = systemd;
    this.socket = socket;
    this.#sink = sink;
    this.#sockets = sockets;
    this.ended = this.#gone.promise;
  }

  async call(call: BusCall, signal: AbortSignal): Promise<readonly unknown[]> {
    throwIfAborted(signal);
    if (this.#inFlight === MOST_IN_FLIGHT)
      throw refused("LimitsExceeded", "The maximum number of pending replies was reached");
    this.#inFlight += 1;
    this.#sockets.mostInFlight = Math.max(this.#sockets.mostInFlight, this.#inFlight);
    try {
      await Promise.resolve();
      const lost = this.ended.then(() => {
        throw unreachedFault(this.socket);
      });
      lost.catch(() => {});
      // Its caller has a deadline and lets go.
      if (this.#sockets.isHung) return await lost;
      return await Promise.race([answerCall(this.#systemd, call), lost]);
    } finally {
      this.#inFlight -= 1;
    }
  }

  async listen(): Promise<void> {
    this.#unlisten ??= this.#systemd.listen(({ path, member, body }) =>
      this.#sink({ path, interface: "", member, body }),
    );
  }

  end(): void {
    this.#unlisten?.();
    this.#gone.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.end();
  }
}

function unreachedFault(socket: string): Fault {
  return new Fault({
    reason: "SystemdUnresponsive",
    message: `systemd is not reached by ${socket}`,
    resolution: "Let it run.",
  });
}
