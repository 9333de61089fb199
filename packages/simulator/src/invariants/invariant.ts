import type { Fact } from "../machine/fact.ts";
import type { World } from "../machine/world.ts";
import type { Chronicle } from "./chronicle.ts";

/** Something that must hold in every history, whatever happens. */
export interface Invariant {
  /** What it proves: promises of the engine (`promise 4`) and ids of exact behaviours. */
  readonly proves: string;
  /** Hears of a fact, after the chronicle did. */
  hear?(fact: Fact): void;
  /** Looks at the world after a step. */
  check?(): void;
  /** Looks at the world when all trouble has ended and everything had its time. */
  conclude?(): void;
}

/** What an invariant judges by. */
export interface Court {
  readonly world: World;
  readonly chronicle: Chronicle;
  /** Says that it is broken. */
  accuse(detail: string): void;
}

/** An invariant of one history. */
export type CreateInvariant = (court: Court) => Invariant;
