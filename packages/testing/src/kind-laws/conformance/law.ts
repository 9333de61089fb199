import type { SampleOperation } from "../../operations/package-operation.ts";
import type { LawMachine, MortalMachine } from "../../law-machines/law-machine.ts";
import type { TestRun } from "./test-run.ts";

/** What fast-check draws for one try of a law. */
export interface Drawn {
  readonly testRun: TestRun;
  /** In a cycle, as often as the law wants. */
  readonly tampers: readonly SampleOperation[];
  /** What a call that fails says. */
  readonly errno: string;
  /** For what a loss of power leaves of what was not synced, and which calls meet trouble where not all do. */
  readonly seed: number;
  /** How many calls of a reconcile meet trouble, one at a time. */
  readonly troubledCalls: number;
  /** How often it is tampered with. Default: a hundred times. */
  readonly rounds?: number;
  /** A fingerprint without what no undo brings back. Default: all of it is brought back. */
  readonly beyondUndo?: (fingerprint: string) => string;
}

/** A law that holds on every machine. @throws {AssertionError} where it is broken. */
export type Law = (drawn: Drawn, open: () => LawMachine) => Promise<void>;

/** A law about machines that can lose power. */
export type MortalLaw = (drawn: Drawn, open: () => MortalMachine) => Promise<void>;
