import {
  type Clock,
  Fault,
  type PackageCandidate,
  type PackageRun,
  type PackageTransaction,
  type PackageTransactionResult,
} from "@holdfast/core";
import type { PackageBackend } from "../package-backend.ts";
import { shownOutput } from "../package-faults.ts";
import { finishBroken } from "./finish-broken.ts";
import { judgeOutcome } from "./judge-outcome.ts";
import { changeOf, needsInstall, type PreparedChange, prepareChange } from "./prepare-change.ts";
import { refuseNames } from "./refuse-names.ts";
import { Steps } from "./steps.ts";
import { stepTasks } from "./task-names.ts";
import { withoutSurprises } from "./without-surprises.ts";

/** What a transaction runs with. */
export interface TransactTools {
  readonly backend: PackageBackend;
  readonly clock: Clock;
}

/** One request under way. */
interface Transaction {
  readonly backend: PackageBackend;
  readonly request: PackageTransaction;
  readonly steps: Steps;
  readonly tasks: ReturnType<typeof stepTasks>;
  readonly signal: AbortSignal;
}

/** Carries out a request over a backend: see `PackageWriter.transact`. */
export async function transact(
  { backend, clock }: TransactTools,
  request: PackageTransaction,
  run: PackageRun,
  signal: AbortSignal,
): Promise<PackageTransactionResult> {
  const steps = new Steps(backend, clock, run, signal);
  const transaction = { backend, request, steps, tasks: stepTasks(run.task), signal };
  await steps.wait();
  const finished = await finishBroken(transaction);
  const listsFault = await refreshLists(transaction);
  const prepared = await prepare(transaction);
  await unhold(transaction, prepared);
  const isInstalled = await change(transaction, prepared);
  await mark(transaction, isInstalled ? prepared : withoutInstalls(prepared));
  const { compareVersions } = backend;
  const { refused } = prepared;
  const database = await backend.read(signal);
  const results = judgeOutcome({ request, database, compareVersions, refused, ends: steps.ends });
  return { results, finished, ...(listsFault === undefined ? {} : { listsFault }) };
}

async function refreshLists({ steps, tasks, request }: Transaction): Promise<Fault | undefined> {
  if (request.refreshLists !== true) return undefined;
  steps.progress({ type: "refreshing" });
  const { exitCode, output } = await steps.run({ type: "refresh" }, tasks.change);
  if (exitCode === 0) return undefined;
  return new Fault({
    reason: "PackageListsUnavailable",
    message: `the lists of the package sources cannot be fetched: ${shownOutput(output)}`,
    resolution: "Check the sources, and that this host can reach them.",
  });
}

/** What can be had of the request, and is not so yet. */
async function prepare({ backend, request, signal }: Transaction): Promise<PreparedChange> {
  const refused = refuseNames(request, backend);
  const database = await backend.read(signal);
  const { compareVersions } = backend;
  const names = (request.install ?? [])
    .filter(({ name }) => !refused.has(name))
    .filter((wanted) => needsInstall(wanted, { database, compareVersions }))
    .map(({ name }) => name);
  const nothing: ReadonlyMap<string, PackageCandidate> = new Map();
  const offers = names.length === 0 ? nothing : await backend.query(names, signal);
  const ground = { request, database, offers, compareVersions, refused };
  return withoutSurprises(backend, ground, prepareChange(ground), signal);
}

async function unhold(transaction: Transaction, { refused }: PreparedChange): Promise<void> {
  const { backend, request, steps, tasks, signal } = transaction;
  const { packages } = await backend.read(signal);
  const names = (request.unhold ?? [])
    .filter((name) => !refused.has(name))
    .filter((name) => packages.get(name)?.isHeld === true);
  if (names.length > 0) await steps.run({ type: "unhold", names }, tasks.change);
}

/** Resolves with whether all was installed that was to be. */
async function change(transaction: Transaction, prepared: PreparedChange): Promise<boolean> {
  const { backend, request, steps, tasks, signal } = transaction;
  const { install, remove, purge } = prepared;
  const wanted = changeOf(request, prepared, await backend.read(signal));
  if (install.length + remove.length + purge.length === 0) return true;
  steps.progress({ type: "changing" });
  const isNothing = install.length + remove.length === 0;
  const isInstalled = isNothing || (await steps.run(wanted, tasks.change)).exitCode === 0;
  if (purge.length === 0) return isInstalled;
  // Those of which only configuration was left, or is left since it was removed together with others.
  const { packages } = await backend.read(signal);
  const left = purge.filter((name) => packages.get(name)?.state.type === "config-files");
  if (left.length > 0) {
    await steps.run({ ...wanted, install: [], remove: left, isPurge: true }, tasks.purge);
  }
  return isInstalled;
}

/** What was not installed is not marked either; a hold that was taken off for it is put on again. */
function withoutInstalls(prepared: PreparedChange): Marked {
  return { refused: prepared.refused, unmarked: new Set(prepared.install.map(({ name }) => name)) };
}

/** Of what to leave off marks. */
interface Marked extends Pick<PreparedChange, "refused"> {
  /** Default: none. */
  readonly unmarked?: ReadonlySet<string>;
}

async function mark(
  transaction: Transaction,
  { refused, unmarked: failed }: Marked,
): Promise<void> {
  const { backend, request, steps, tasks, signal } = transaction;
  const { markManual = [], hold = [] } = request;
  if (markManual.length + hold.length === 0) return;
  const { packages } = await backend.read(signal);
  const found = (name: string) => (refused.has(name) ? undefined : packages.get(name));
  const unmarked = markManual
    .filter((name) => failed?.has(name) !== true)
    .filter((name) => found(name)?.isManual === false);
  if (unmarked.length > 0) await steps.run({ type: "mark-manual", names: unmarked }, tasks.change);
  const loose = hold.filter((name) => found(name)?.isHeld === false);
  if (loose.length > 0) await steps.run({ type: "hold", names: loose }, tasks.change);
}
