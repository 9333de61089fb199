import {
  abortFault,
  type Clock,
  Fault,
  type InstalledPackage,
  type PackageDatabase,
  type PackageWriter,
  throwIfAborted,
} from "@holdfast/core";
import {
  compareDebianVersions,
  type PackageBackend,
  packagesOver,
  type PackageStep,
  type StepEnd,
} from "@holdfast/host";
import { type PackageModel, SIMULATED_ARCHITECTURE } from "./package-model.ts";
import { resolveChange } from "./package-resolution.ts";

/** How long the tool takes for one step. */
const STEP_MS = 1_000;
const TOOL = { path: "/var/lib/dpkg/lock-frontend", pid: 4242, program: "apt-get" };
const NAME = /^[a-z0-9][a-z0-9+.-]{1,127}(?::[a-z0-9][a-z0-9-]{0,31})?$/;

/** The package port of a simulated machine. */
export interface SimulatedPackages extends PackageWriter {
  /** What is on the machine and in its sources. */
  readonly model: PackageModel;
}

/** Packages of a model, with the rules of the real port over them. */
export function simulatedPackages(model: PackageModel, clock: Clock): SimulatedPackages {
  const running = new Set<string>();
  const backend: PackageBackend = {
    tool: "apt-get",
    namePattern: NAME,
    lacks: new Set(),
    compareVersions: compareDebianVersions,
    async read(signal) {
      throwIfAborted(signal);
      if (model.damage !== undefined) throw unreadable(model.damage);
      return databaseOf(model);
    },
    query: async (names) => new Map(names.flatMap((name) => offerOf(model, name))),
    stamp: async (of) => JSON.stringify(of === "sources" ? model.lists : [...model.installed]),
    areListsStale: async () => model.areSourcesNewer,
    lockHolder: async () => (running.size > 0 ? TOOL : model.holder),
    async foreseeRemovals(change) {
      const planned = resolveChange(model, change);
      if (planned === undefined) throw refused();
      return planned.remove;
    },
    run: (step, { task }, signal) => runFor(model, clock, { step, task, running }, signal),
    transactionState: async (task) => ({ type: running.has(task) ? "running" : "unknown" }),
    async listen(hear) {
      const ended = Promise.withResolvers<undefined>();
      const stop = model.listen((type) => hear({ type, trigger: `${type} changed` }));
      return {
        ended: ended.promise,
        async [Symbol.asyncDispose]() {
          stop();
          ended.resolve(undefined);
        },
      };
    },
  };
  return { ...packagesOver(backend, clock), model };
}

function databaseOf(model: PackageModel): PackageDatabase {
  const packages = new Map<string, InstalledPackage>();
  for (const key of model.installed.keys()) {
    const found = model.describe(key);
    if (found === undefined) continue;
    packages.set(key, found);
    packages.set(`${found.name}:${found.architecture}`, found);
    if (found.architecture === "all")
      packages.set(`${found.name}:${SIMULATED_ARCHITECTURE}`, found);
  }
  return { packages, isInterrupted: model.isInterrupted };
}

function offerOf(model: PackageModel, name: string) {
  const offers = model.offersOf(name).map(({ version }) => version);
  const installed = model.describe(model.keyOf(name))?.version;
  const versions = [...new Set([...offers, ...(installed === undefined ? [] : [installed])])];
  const providers = versions.length === 0 ? model.providersOf(name) : [];
  if (versions.length === 0 && providers.length === 0) return [];
  const [candidate] = offers;
  return [
    [name, { ...(candidate === undefined ? {} : { candidate }), versions, providers }] as const,
  ];
}

interface SimulatedStep {
  readonly step: PackageStep;
  readonly task: string;
  readonly running: Set<string>;
}

/** The step goes on when nobody waits for it any more; it ends when no script of it hangs. */
async function runFor(
  model: PackageModel,
  clock: Clock,
  { step, task, running }: SimulatedStep,
  signal: AbortSignal,
): Promise<StepEnd> {
  throwIfAborted(signal);
  if (model.holder !== undefined) return { exitCode: 100, output: "E: Could not get lock" };
  running.add(task);
  const ended = Promise.withResolvers<StepEnd>();
  const isStalled = (): boolean => step.type === "change" && model.stalled.size > 0;
  const end = (): void => {
    if (isStalled()) return void clock.schedule(STEP_MS, end);
    running.delete(task);
    ended.resolve({ exitCode: carryOut(model, step), output: "E: as simulated" });
  };
  clock.schedule(STEP_MS, end);
  const onAbort = (): void => ended.reject(abortFault(signal));
  signal.addEventListener("abort", onAbort);
  try {
    return await ended.promise;
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

function carryOut(model: PackageModel, step: PackageStep): number {
  switch (step.type) {
    case "refresh":
      if (model.isOffline) return 100;
      model.lists = [...model.published];
      model.areSourcesNewer = false;
      model.changed("available");
      return 0;
    case "finish":
      return model.configure();
    case "change":
      return model.apply(step);
    default: {
      const mark =
        step.type === "mark-manual" ? { isManual: true } : { isHeld: step.type === "hold" };
      const isAll = step.names.map((name) => model.setMark(name, mark)).every((isSet) => isSet);
      model.changed("installed");
      return isAll ? 0 : 100;
    }
  }
}

function unreadable(why: string): Fault {
  return new Fault({
    reason: "PackageDatabaseUnreadable",
    message: `the package database cannot be read: ${why}`,
    resolution: "Repair it.",
  });
}

function refused(): Fault {
  return new Fault({
    reason: "PackageFailed",
    message: "the packages cannot be had together",
    resolution: "Ask for what can be installed together.",
  });
}
