import type { FaultReason } from "@holdfast/core";
import type fc from "fast-check";
import type { Operation } from "../../operations/operation.ts";
import type { Behaviour } from "../../simulated-host/simulated-commands.ts";

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
  readonly needs: readonly Operation[];
  /** What is found there; done after `needs`. It may already be as declared. */
  readonly before: readonly Operation[];
  /** From this start it must be refused, for this reason, and nothing be touched. Default: it can be had. */
  readonly refused?: FaultReason;
  /** What happens to it cannot be heard: the resync sees it. Default false. */
  readonly isUnnoticed?: boolean;
}

/**
 * What a kind's author tells of the kind, so that the laws can be tried: arbitraries of fast-check, plain data that they
 * draw, and nothing about how the kind works.
 */
export interface KindSamples<Input> {
  /** Resources with their starts. Draw all that an author may write, and starts that are far from it and near to it. */
  readonly samples: fc.Arbitrary<KindSample<Input>>;
  /**
   * Operations against what a sample declares. Each that changes the machine at all must be noticed, so leave out what the
   * sample does not manage: no other mode where the sample declares none.
   */
  tampers(sample: KindSample<Input>): fc.Arbitrary<Operation>;
  /** What the programs that the samples name do on a simulated machine, by name or whole command line. */
  readonly programs?: Readonly<Record<string, Behaviour>>;
  /** What downloads give, by URL, on both machines: no test asks the network. Default: nothing is found. */
  readonly downloads?: Readonly<Record<string, string>>;
}
