import type { Socket } from "node:net";
import type { Clock } from "../../clock.ts";
import type { Log } from "../../log.ts";
import type { Native } from "../../native/native.ts";
import { type AccessRules, type KnownPeer, rightOf } from "./access.ts";
import { ClientPlaces, type Place } from "./client-places.ts";
import { Peers } from "./peers.ts";
import { Refusals } from "./refusals.ts";
import { immediateTurns, ReaderTurns, type Turns } from "./turns.ts";

/** A client on its connection. */
export interface ConnectedClient {
  readonly asking: KnownPeer;
  readonly place: Place;
  readonly turns: Turns;
}

/** What clients are judged by. */
export interface ClientsOptions {
  readonly rules: AccessRules;
  readonly native: Native;
  readonly log: Log;
  readonly clock: Clock;
}

/** Who is connected, with what each may take of the daemon. */
export class ConnectedClients {
  readonly #rules: AccessRules;
  readonly #peers: Peers;
  readonly #places = new ClientPlaces();
  readonly #readers: ReaderTurns;
  readonly #refusals: Refusals;
  readonly #known = new WeakMap<Socket, ConnectedClient>();

  constructor({ rules, native, log, clock }: ClientsOptions) {
    this.#rules = rules;
    this.#peers = new Peers(native, log);
    this.#readers = new ReaderTurns(clock);
    this.#refusals = new Refusals(clock, log);
  }

  /** Asks the kernel who it is, and closes the connection when there is no room for it at all. */
  meet(socket: Socket): void {
    const asking = this.#peers.ask(socket);
    const right = rightOf(this.#rules, asking);
    if (right !== "act") this.#readers.noteConnection();
    const uid = asking.type === "known" ? asking.peer.uid : undefined;
    const place = this.#places.admit({ right, uid });
    if (place?.isServed !== true) this.#refusals.note(uid);
    if (place === undefined) {
      socket.destroy();
      return;
    }
    const turns = right === "act" ? immediateTurns : this.#readers;
    this.#known.set(socket, { asking, place, turns });
    socket.once("close", () => place.leave());
  }

  /** Who is on a connection; `undefined` where it is closed already. */
  of(socket: Socket): ConnectedClient | undefined {
    return this.#known.get(socket);
  }
}
