import type { Fact } from "../machine/fact.ts";
import type { Stage } from "../machine/truth.ts";
import type { Chronicle } from "./chronicle.ts";

/** Something that must hold in every history, whatever happens. */
export interface Invariant {
  /** What it proves: promises of the engine (`promise 4`) and ids of exact behaviours. */
  readonly proves: string;
  /** Receives a fact, after the chronicle did. */
  hear?(fact: Fact): void;
  /** Checks the world after a step. */
  check?(): void;
  /** Checks the world when all trouble has ended and everything had its time; then again, after a person asked. */
  conclude?(hasAsked: boolean): void;
}

/** What an invariant judges by. */
export interface Court extends Stage {
  readonly chronicle: Chronicle;
  /** Says that it is broken. */
  accuse(detail: string): void;
}

/** An invariant of one history. */
export type CreateInvariant = (court: Court) => Invariant;
