import { DaemonFault } from "../../daemon-fault.ts";
import type { RouteAccess } from "./access.ts";

/** Whose connection it is. */
export interface Client {
  /** `undefined` for who may do nothing: such a client takes the places of those who may read. */
  readonly right: RouteAccess | undefined;
  /** `undefined` where the platform cannot tell. */
  readonly uid: number | undefined;
}

/** What a connection holds until it is closed. */
export interface Place {
  /** False when there is no room: what it asks for is refused. */
  readonly isServed: boolean;
  /** Takes one of the places for answers that do not end; false when there is none. */
  startStream(): boolean;
  /** Gives everything back. Twice is harmless. */
  leave(): void;
}

/** As many connections of those who may act, and as many of those who may read: neither takes a place of the others. */
const PLACES = 64;
/** So many of them may be busy with an answer that does not end. */
const STREAMS = 32;
/** So many of both may be of one user, where others have the same right. */
const SHARE_OF_ONE_USER = 0.5;
/** As many connections without a place are answered that there is none. Any further one is closed at once. */
const REFUSALS = 64;

/** Keeps count of who is connected, so that readers never keep out root and the operators, nor one user the others. */
export class ClientPlaces {
  readonly #counts = new Map<string, number>();

  /** Finds a place for a new connection; `undefined` when there is not even one to be refused at. */
  admit(client: Client): Place | undefined {
    const leave = this.#take(countsOf(client, "client", PLACES));
    if (leave === undefined) return this.#refuse();
    const held = [leave];
    return {
      isServed: true,
      startStream: () => {
        const end = this.#take(countsOf(client, "stream", STREAMS));
        if (end !== undefined) held.push(end);
        return end !== undefined;
      },
      leave: () => held.splice(0).forEach((release) => release()),
    };
  }

  #refuse(): Place | undefined {
    const leave = this.#take([["refused", REFUSALS]]);
    return leave && { isServed: false, startStream: () => false, leave };
  }

  /** Counts one more of each, or of none where one has reached its limit. Returns what counts them off again, once. */
  #take(counts: readonly Count[]): (() => void) | undefined {
    const isFull = counts.some(([name, limit]) => (this.#counts.get(name) ?? 0) >= limit);
    if (isFull) return undefined;
    for (const [name] of counts) this.#add(name, 1);
    let isHeld = true;
    return () => {
      if (isHeld) for (const [name] of counts) this.#add(name, -1);
      isHeld = false;
    };
  }

  #add(name: string, change: number): void {
    const count = (this.#counts.get(name) ?? 0) + change;
    if (count === 0) this.#counts.delete(name);
    else this.#counts.set(name, count);
  }
}

/** What is counted, and how far. */
type Count = readonly [name: string, limit: number];

/** Root and the operators are trusted with each other's places. */
function countsOf({ right, uid }: Client, what: string, limit: number): readonly Count[] {
  if (right === "act") return [[`act ${what}`, limit]];
  return [
    [`read ${what}`, limit],
    [`read ${what} ${uid ?? ""}`, limit * SHARE_OF_ONE_USER],
  ];
}

/** There is no room for a client. */
export function tooManyClients(): DaemonFault {
  return new DaemonFault({
    reason: "TooManyClients",
    message: "there are too many clients of this right, or of this user, at once",
    resolution: "Ask again in a moment, and close the connections that are not needed.",
  });
}
