import type { FaultReason } from "@holdfast/core";
import type fc from "fast-check";
import type { MachinePart } from "../../real-host/whole-machine.ts";
import type { SampleOperation } from "../../operations/package-operation.ts";
import type { ModelImage } from "../../simulated-host/containers/container-model.ts";
import type { OfferedPackage } from "../../simulated-host/package-resolution.ts";
import type { Programs } from "../../simulated-host/simulated-commands.ts";

/** One resource of a kind, and what the machine is like when it comes. */
export interface KindSample<Input> {
  readonly name: string;
  /** What an author writes under `spec`. */
  readonly input: Input;
  /**
   * Operations after which it can be had, whatever was there before: what other resources would have done (a parent
   * directory, the file of a line) and what a person would do after a refusal (take out of the way what is in the way).
   * Done first, and again whenever an apply was refused after a tamper.
   */
  readonly needs: readonly SampleOperation[];
  /** What is found there; done after `needs`. It may already be as declared. */
  readonly before: readonly SampleOperation[];
  /** From this start it must be refused, for this reason, and nothing be touched. Default: it can be had. */
  readonly refused?: FaultReason;
  /**
   * It takes several tools one after the other, so that a loss of power may leave it half done: the next reconcile is what
   * finishes it. Default false: every path is the old or the new.
   */
  readonly isStepwise?: boolean;
  /** Its changes cannot be watched: the resync sees them. Default false. */
  readonly isUnnoticed?: boolean;
}

/**
 * The description of a kind by its author, with which the laws are run: arbitraries of fast-check, plain data that they
 * draw, and nothing about how the kind works.
 */
export interface KindSamples<Input> {
  /** Resources with their starts. Draw all that an author may write, and starts that are far from it and near to it. */
  readonly samples: fc.Arbitrary<KindSample<Input>>;
  /**
   * Operations against what a sample declares. Each that changes the machine at all must be noticed, so leave out what the
   * sample does not manage: no other mode where the sample declares none.
   */
  tampers(sample: KindSample<Input>): fc.Arbitrary<SampleOperation>;
  /**
   * Files in which the machine's own tools keep what is no state of anything: copies, locks, logs. The laws ignore them; past
   * everything below a path that ends with `/`.
   */
  readonly bookkeeping?: readonly string[];
  /** How many calls of a reconcile meet trouble in one run, for kinds that make hundreds. Default: all. */
  readonly troubledCalls?: number;
  /**
   * Every program that the kind may run on the samples, and what it does on a simulated machine. On a real one, inside a
   * directory, no other is run: whoever tries a kind must not find its own machine changed.
   */
  readonly programs?: Programs;
  /** What downloads give, by URL, on both machines: no test asks the network. Default: nothing is found. */
  readonly downloads?: Readonly<Record<string, Uint8Array | string>>;
  /**
   * For kinds that act on more than a directory: what they act on of a whole machine. The real half of the laws is then
   * held inside a machine that is thrown away, and nowhere else. Default: it is held in a temporary directory.
   */
  readonly machine?: MachinePart;
  /**
   * For kinds about mounts: those of the real machine are in a mount namespace of its own, where that may be made. Default:
   * nothing is mounted there.
   */
  readonly mountsLive?: boolean;
  /**
   * For kinds about the firewall: that of the real machine is in a network namespace of its own, where that may be made.
   * Default: nothing filters there.
   */
  readonly firewallLive?: boolean;
  /**
   * What the sources of packages have, for kinds about packages. The simulated machine then has a package tool, and the real
   * one apt and dpkg, led into the directory, where nothing is installed. A transaction is one call to the laws: it is not made,
   * or it is made to its end and nobody is informed, as when the agent is killed, because no abort cuts one off. What a kill of
   * the tool leaves in the middle of one is an operation, `half-configured`. Default: there is no package tool.
   */
  readonly packages?: readonly OfferedPackage[];
  /** Images of the simulated machine's container engine, by reference. Default: none. */
  readonly images?: Readonly<Record<string, ModelImage>>;
  /** Images that it may pull, by reference. Default: none. */
  readonly registry?: Readonly<Record<string, ModelImage>>;
  /** How many tampers one run makes on the simulated machine, for kinds with a costly model. Default: a hundred. */
  readonly simulatedTampers?: number;
  /** A program of the machine without which the real half of the laws is skipped. Default: none is needed. */
  readonly realProgram?: string;
  /**
   * For kinds whose tools take their time: how much is tried on the real machine, at most. `never`: nothing is, because the
   * kind ends the machine that it is tried on. Default: as of every kind.
   */
  readonly onReal?: RealEffort | "never";
}

/** How much of each law is tried on the real machine, at most. */
export interface RealEffort {
  /** Samples a law. */
  readonly runs: number;
  readonly troubledCalls: number;
  readonly tampers: number;
}
