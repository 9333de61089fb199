import type { Socket } from "node:net";
import { DaemonFault, toDaemonFault } from "../../daemon-fault.ts";
import type { Log } from "../../log.ts";
import type { Native } from "../../native/native.ts";
import type { KnownPeer } from "./access.ts";

/** Asks who is at the other end of a connection; complains once where that is unknown. */
export class Peers {
  readonly #native: Native;
  readonly #log: Log;
  #hasComplained = false;

  constructor(native: Native, log: Log) {
    this.#native = native;
    this.#log = log;
  }

  /** Asks the kernel about a new connection. */
  ask(socket: Socket): KnownPeer {
    try {
      return { type: "known", peer: this.#native.peerOf(descriptorOf(socket)) };
    } catch (error) {
      const fault = toDaemonFault(error);
      this.#complain(fault);
      return { type: "unknown", fault };
    }
  }

  #complain(fault: DaemonFault): void {
    if (this.#hasComplained) return;
    this.#hasComplained = true;
    this.#log.warn(`clients of the control socket cannot be identified: ${fault.message}`, {
      reason: "PeerUnknown",
      error: { ...fault.toJSON() },
    });
  }
}

/** Node has the descriptor and does not offer it. */
function descriptorOf(socket: Socket): number {
  const pipe: unknown = Reflect.get(socket, "_handle");
  const descriptor: unknown =
    typeof pipe === "object" && pipe !== null ? Reflect.get(pipe, "fd") : undefined;
  if (typeof descriptor === "number" && descriptor >= 0) return descriptor;
  throw noDescriptor();
}

function noDescriptor(): DaemonFault {
  return new DaemonFault({
    reason: "NativeUnavailable",
    message: "this version of Node does not tell the descriptor of a connection",
    resolution: "Run a version of Node that does, such as 24.",
  });
}
