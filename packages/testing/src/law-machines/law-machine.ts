import type { HostWriter } from "@holdfast/core";
import type { Actor } from "../operations/actor.ts";
import type { SampleActor } from "../operations/package-operation.ts";
import type { CallGate } from "./call-gate.ts";
import type { OneShotKeys } from "./one-shot-keys.ts";

/** A machine that a law opens for itself, with an empty root directory. */
export interface LawMachine extends AsyncDisposable, SampleActor {
  /** Every call of it goes through the gate. */
  readonly host: HostWriter;
  readonly gate: CallGate;
  /** What others do. */
  readonly actor: Actor;
  readonly oneShots: OneShotKeys;
  /** Everything on it, one line each: path, type, mode, owner and content. */
  tree(): readonly string[];
  /** Waits for work as long as the machine's clock needs. @throws {Error} when it does not end. */
  finish<T>(work: Promise<T>): Promise<T>;
  /** Waits until nothing of the host is in flight, and every hint that is on its way has arrived. */
  settle(): Promise<void>;
  /** Waits until it is so. @returns false when it is not within what a watch may take. */
  until(isSo: () => boolean): Promise<boolean>;
  /** Between attempts of one apply. */
  sleep(delayMs: number): Promise<void>;
}

/** What a loss of power leaves on the disk: what was synced, that and all the rest, or that and what a seed picks. */
export type Surviving = "synced" | "everything" | { readonly seed: number };

/** A machine that can lose power. */
export interface MortalMachine extends LawMachine {
  /** What comes up after a loss of power now. May be asked several times. */
  reboot(surviving: Surviving): MortalMachine;
}
