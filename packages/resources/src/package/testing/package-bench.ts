import {
  type BatchMember,
  Fault,
  type PackageTransaction,
  type PackageWriter,
  silentLog,
  type TaskState,
} from "@holdfast/core";
import {
  actionOn,
  changeSimulatedPackage,
  type PackageModel,
  type PackageOperation,
  type SimulatedRig,
  simulatedRig,
  type Start,
  UNIVERSE,
  writeContext,
} from "@holdfast/testing";
import { packageKind } from "../kind.ts";
import type { PackageObserved } from "../observe.ts";
import type { PackageInput, PackageSpec } from "../spec.ts";

/** For what nobody stops. */
const UNSTOPPED = new AbortController().signal;

/** A simulated machine whose sources have `UNIVERSE`, after these operations. */
export function startWithPackages(...operations: readonly PackageOperation[]): Start {
  return ({ packages: { model } }) => {
    model.published.push(...UNIVERSE);
    model.lists = [...UNIVERSE];
    for (const operation of operations) changeSimulatedPackage(model, operation);
  };
}

/** An operation that installs a package. */
export function installed(
  name: string,
  version: string,
  marks: { readonly isHeld?: boolean; readonly isAutomatic?: boolean } = {},
): PackageOperation {
  return { type: "package", name, is: "installed", version, ...marks };
}

/** How several packages were applied together. */
export interface TogetherEnd {
  /** By name: what each failed with. */
  readonly faults: Readonly<Record<string, string>>;
  /** Of each that was recorded, with its name. */
  readonly tasks: readonly string[];
  readonly progress: readonly string[];
}

/** A simulated machine on which packages are applied together, and what was asked of its port. */
export class PackageBench {
  readonly rig: SimulatedRig;
  /** Names of calls, in order. */
  readonly calls: string[] = [];
  readonly requests: PackageTransaction[] = [];
  readonly #host: SimulatedRig["host"];

  constructor(start: Start) {
    this.rig = simulatedRig(start);
    this.#host = { ...this.rig.host, packages: this.#counted(this.rig.host.packages) };
  }

  get model(): PackageModel {
    return this.rig.host.packages.model;
  }

  get host(): SimulatedRig["host"] {
    return this.#host;
  }

  /** Observes all of them with one snapshot. */
  async observe(declared: Readonly<Record<string, PackageInput>>) {
    const specs = Object.entries(declared).map(([name, input]) => bind(name, input));
    const context = { host: this.#host, signal: UNSTOPPED, log: silentLog };
    const snapshot = await packageKind.snapshot?.(specs, context);
    return Promise.all(
      specs.map(async (spec) => {
        try {
          return { spec, observation: await packageKind.observe(spec, { ...context, snapshot }) };
        } catch (error) {
          if (error instanceof Fault) return { spec, observation: { type: "unknown" as const } };
          throw error;
        }
      }),
    );
  }

  /** Applies all that differ as one batch. @throws {Fault} when it fails as a whole. */
  async apply(
    declared: Readonly<Record<string, PackageInput>>,
    signal: AbortSignal = UNSTOPPED,
  ): Promise<TogetherEnd> {
    const tasks: string[] = [];
    const progress: string[] = [];
    const members: BatchMember<PackageSpec, PackageObserved>[] = [];
    for (const { spec, observation } of await this.observe(declared)) {
      const observed = observation.type === "present" ? observation.value : undefined;
      const changes = packageKind.diff(spec, observed);
      const context = {
        ...writeContext({ ...this.rig, host: this.#host }, signal),
        attempt: `attempt-${members.length}`,
        task: async (task: string) => void tasks.push(`${spec.name} ${task}`),
        progress: (message: string) => void progress.push(message),
      };
      members.push({ action: actionOn(packageKind, { spec, observed, changes }), context });
    }
    const faults = (await packageKind.batch?.applyMany(members)) ?? [];
    const named = members.flatMap(({ action }, at): [string, string][] => {
      const fault = faults[at];
      return fault === undefined ? [] : [[action.spec.name, `${fault.reason}: ${fault.message}`]];
    });
    return { faults: Object.fromEntries(named), tasks, progress };
  }

  /** Does what somebody asks of one package. */
  async operate(name: string, input: PackageInput, operation: string): Promise<void> {
    const context = writeContext({ ...this.rig, host: this.#host }, UNSTOPPED);
    const work = packageKind.operations?.[operation]?.run(bind(name, input), context);
    await this.rig.finish(Promise.resolve(work));
  }

  resume(task: string): Promise<TaskState> | undefined {
    return packageKind.resume?.(task, { host: this.#host, signal: UNSTOPPED, log: silentLog });
  }

  #counted(packages: SimulatedRig["host"]["packages"]): SimulatedRig["host"]["packages"] {
    const counted: Pick<PackageWriter, "read" | "candidates" | "transact"> = {
      read: (signal) => {
        this.calls.push("read");
        return packages.read(signal);
      },
      candidates: (names, signal) => {
        this.calls.push(`candidates ${names.join(" ")}`);
        return packages.candidates(names, signal);
      },
      transact: (request, run, signal) => {
        this.calls.push("transact");
        this.requests.push(request);
        return packages.transact(request, run, signal);
      },
    };
    return { ...packages, ...counted };
  }
}

function bind(name: string, input: PackageInput): PackageSpec {
  return packageKind.bind(name, input, (path, summary) => {
    throw new Error(`${name} ${path}: ${summary}`);
  });
}
