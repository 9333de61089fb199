import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { ResourceKind } from "@holdfast/core";
import fc from "fast-check";
import type { SampleOperation } from "../../operations/package-operation.ts";
import { type BuiltPackages, buildPackages } from "../../real-host/packages/debian-source.ts";
import { hasProgram } from "../../real-host/has-program.ts";
import { openRealMachine } from "../../real-host/real-machine.ts";
import { missingForRealPackages } from "../../real-host/packages/real-packages.ts";
import { isDisposable } from "../../real-host/whole-machine.ts";
import { openSimulatedMachine } from "../../law-machines/simulated-machine.ts";
import type { LawMachine, MortalMachine } from "../../law-machines/law-machine.ts";
import type { Drawn } from "./law.ts";
import type { KindSample, KindSamples } from "./samples.ts";
import { LAWS } from "./all-laws.ts";
import { testOf } from "./test-run.ts";
import { MAX_CALLS, survivesLossOfPower } from "./trouble-laws.ts";

/** What may be said beside the samples. */
export interface ConformanceOptions {
  /** Of a failure that is to be replayed, as fast-check printed it. Default: by chance. */
  readonly seed?: number;
  /** Likewise. */
  readonly path?: string;
  /**
   * How many times as many samples as usual are drawn; a law has one at least. Default: what the environment variable
   * `HOLDFAST_CONFORMANCE_EFFORT` says, else 1.
   */
  readonly effort?: number;
}

const LOSS_OF_POWER = "power lost before any call leaves the old or the new, and no litter";
const LOSS_OF_POWER_RUNS = 10;

const ONLY_INSIDE =
  "it would change this machine; test/testhost/kinds.test.ts runs it in a disposable one";

/** Less than a test may take: a failure must be shrunk and reported in time. */
const TIME_LIMIT_MS = 120_000;

/**
 * Registers the laws of kinds with node's test runner, for one kind: one line in a test is the whole conformance of it.
 *
 * ```ts
 * import { kindConformance } from "@holdfast/testing";
 *
 * kindConformance(greetingKind, {
 *   samples: fc.record({
 *     name: fc.constant("/etc/greeting"),
 *     input: fc.record({ text: fc.string() }),
 *     needs: fc.constant([{ type: "directory", path: "/etc" }]),
 *     before: fc.array(fc.constant({ type: "write", path: "/etc/greeting", content: "old" })),
 *   }),
 *   tampers: () => fc.constant({ type: "remove", path: "/etc/greeting" }),
 * });
 * ```
 *
 * Each law is a property over what `samples` draws, held on a simulated host and on the real one: the agent's own ports
 * inside a temporary directory that stands for the root. The laws:
 *
 * 1. observe, snapshot and diff write nothing, and both ways of looking show the same;
 * 2. after apply nothing differs; or a Fault is thrown, where a sample says so, and everything is as it was;
 * 3. a second apply does nothing, and one of an action that is out of date may be repeated (not of kinds that run
 *    commands of their author's choosing);
 * 4. for every call of a reconcile — system calls, commands, account lookups, downloads, keys of one-shots: it fails,
 *    it hangs and the work is aborted, or the work is aborted before it; a command is killed before, within and after its
 *    work, or ends with exit code 1. A Fault comes out or the resource is as
 *    declared, no handle and no litter is left, and the next reconcile ends as if nothing had been. A keyed one-shot
 *    that was cut off is OutcomeUnknown then, and is not begun again until a person has said so;
 * 5. power lost before every call that changes something, with and without what was not synced: the old or the new is
 *    on the disk, and after its temporaries are cleared and it is reconciled all is as if nothing had been. Only on the simulated host: nobody
 *    can take the power from the real one, so there it is a promise about what the simulated kernel has of Linux;
 * 6. a hundred tampers, each seen by the next observation, hinted by the watch of a kind that has one, and put right;
 * 7. with a read failing, or all of them, an observation shows the truth or is unknown, and nothing is written;
 * 8. what is made and then declared absent is as if it had never been, for kinds with `absent`;
 * 9. what was observed and described declares what is there, and brings it back, for kinds with `describe`;
 * 10. changes, details and faults survive JSON, and a spec that was written as JSON is the same spec;
 * 11. what can be undone is, when it is undone, as it was before.
 *
 * Kinds that act on more than a directory name that part of a machine (`machine`). Their real half is skipped on any
 * machine but one that is thrown away, in which only that half is left to run.
 *
 * A failure prints the shrunk sample with fast-check's seed and path; give both as options to see it again. A law that
 * takes more than two minutes is a failure: draw smaller samples.
 */
export function kindConformance<Spec, Observed, Snapshot, Input>(
  kind: ResourceKind<Spec, Observed, Snapshot, Input>,
  samples: KindSamples<Input>,
  options: ConformanceOptions = {},
): void {
  const { effort = usualEffort(), ...replay } = options;
  const laws = LAWS.filter(({ needs }) => needs === undefined || kind[needs] !== undefined);
  const { bookkeeping = [], troubledCalls = MAX_CALLS, machine } = samples;
  const rounds = samples.simulatedTampers === undefined ? {} : { rounds: samples.simulatedTampers };
  const undoing = samples.beyondUndo === undefined ? {} : { beyondUndo: samples.beyondUndo };
  const simulated = () => pastBookkeeping(openSimulatedMachine(samples), bookkeeping);
  const all = draw(samples);
  const granted = all.filter(({ sample }) => sample.refused === undefined);
  const hold = (
    arbitrary: fc.Arbitrary<DrawnSample<Input>>,
    law: (drawn: Drawn) => Promise<void>,
    runs: number,
  ): Promise<void> =>
    fc.assert(
      fc.asyncProperty(arbitrary, ({ sample, ...rest }) =>
        law({ ...rest, ...undoing, testRun: testOf(kind, sample), troubledCalls }),
      ),
      {
        ...replay,
        numRuns: Math.max(1, Math.round(runs * effort)),
        interruptAfterTimeLimit: TIME_LIMIT_MS,
        markInterruptAsFailure: true,
      },
    );
  if (machine === undefined || !isDisposable())
    describe(`conformance of ${kind.kind} on a simulated host`, () => {
      for (const { title, draws, law, simulatedRuns } of laws) {
        test(title, () =>
          hold(
            draws === "all" ? all : granted,
            (drawn) => law({ ...drawn, ...rounds }, simulated),
            simulatedRuns,
          ),
        );
      }
      test(LOSS_OF_POWER, () =>
        hold(granted, (drawn) => survivesLossOfPower(drawn, simulated), LOSS_OF_POWER_RUNS),
      );
    });
  const { onReal } = samples;
  if (onReal === "never") return;
  describeReal(kind.kind, samples, (open) => {
    for (const { title, draws, law, realRuns } of laws) {
      const bound = onReal && { troubledCalls: onReal.troubledCalls, rounds: onReal.tampers };
      const runs = Math.min(realRuns, onReal?.runs ?? realRuns);
      test(title, () =>
        hold(
          draws === "all" ? all : granted,
          (drawn) => law({ ...drawn, ...bound }, () => withTree(open(), bookkeeping)),
          runs,
        ),
      );
    }
  });
}

function usualEffort(): number {
  const effort = Number(process.env["HOLDFAST_CONFORMANCE_EFFORT"] ?? 1);
  assert.ok(effort > 0, "HOLDFAST_CONFORMANCE_EFFORT is a number above 0");
  return effort;
}

/** Why the real half of the laws is not held here; `undefined` where it is. */
function missingFor<Input>(samples: KindSamples<Input>): string | undefined {
  const { packages, machine, realProgram } = samples;
  if (machine !== undefined && !isDisposable()) return ONLY_INSIDE;
  if (realProgram !== undefined && !hasProgram(realProgram))
    return `${realProgram} is not installed`;
  return packages === undefined ? undefined : missingForRealPackages();
}

/** Registers tests with a real machine, where there are the tools that the samples need. */
function describeReal<Input>(
  kind: string,
  samples: KindSamples<Input>,
  register: (open: () => LawMachine) => void,
): void {
  const { packages: offers, ...others } = samples;
  const missing = missingFor(samples);
  describe(`conformance of ${kind} on a real host`, { skip: missing ?? false }, () => {
    let built: BuiltPackages | undefined;
    before(() => {
      if (offers !== undefined) built = buildPackages(offers);
    });
    after(() => built?.[Symbol.dispose]());
    const packages = () => (built === undefined ? {} : { packages: built });
    register(() => openRealMachine({ ...others, ...packages() }));
  });
}

function pastBookkeeping(machine: MortalMachine, paths: readonly string[]): MortalMachine {
  const reboot: MortalMachine["reboot"] = (surviving) =>
    pastBookkeeping(machine.reboot(surviving), paths);
  return { ...withTree(machine, paths), reboot };
}

/** The machine, whose tree does not show some files. */
function withTree(machine: LawMachine, hidden: readonly string[]): LawMachine {
  const isShown = (line: string): boolean =>
    !hidden.some((path) =>
      path.endsWith("/")
        ? line.startsWith(path) || line.startsWith(`${path.slice(0, -1)} `)
        : line.startsWith(`${path} `),
    );
  return { ...machine, tree: () => machine.tree().filter(isShown) };
}

interface DrawnSample<Input> extends Omit<Drawn, "testRun" | "troubledCalls"> {
  readonly sample: KindSample<Input>;
}

/** Plain data only, so that a counterexample can be read. */
function draw<Input>(samples: KindSamples<Input>): fc.Arbitrary<DrawnSample<Input>> {
  return samples.samples.chain((sample) => {
    const tampers: fc.Arbitrary<readonly SampleOperation[]> = fc.array(samples.tampers(sample), {
      minLength: 1,
      maxLength: 40,
      size: "max",
    });
    return fc.record({
      sample: fc.constant(sample),
      tampers,
      errno: fc.constantFrom("EIO", "EACCES", "ENOSPC", "EROFS"),
      seed: fc.nat(),
    });
  });
}
