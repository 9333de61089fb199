import {
  assert,
  type BatchMember,
  Fault,
  type PackageCandidate,
  type PackageProgress,
  type PackageRun,
  unreachable,
  type WriteContext,
} from "@holdfast/core";
import type { PackageObserved } from "./observe.ts";
import { changesVersion, requestFor } from "./request.ts";
import type { PackageSpec } from "./spec.ts";
import { chooseVersion, managesVersion, shownRule, type VersionRule } from "./version-rule.ts";

/** One package of a transaction. */
export type Member = BatchMember<PackageSpec, PackageObserved>;

/** What went wrong, for those with whom something did. */
export type Faults = ReadonlyMap<Member, Fault>;

/**
 * How long the locks of others are waited for: less than the five minutes that a resource has, so that the fault says who
 * holds them.
 */
const LOCK_WAIT_MS = 240_000;
const MOST_NAMED = 5;

/**
 * Carries out one transaction for members of one batch key, at least one. The task is on record with each of them before
 * it begins, because it goes on when the agent does not.
 * @throws {Fault} what concerns no single package.
 */
export async function transact(members: readonly Member[], task: string): Promise<Faults> {
  const { versions, faults } = await chooseVersions(members);
  const left = members.filter((member) => !faults.has(member));
  if (left.length === 0) return faults;
  await Promise.all(left.map(({ context }) => context.task(task)));
  const { host, signal } = leadOf(left);
  const request = requestFor(
    left.map(({ action }) => action),
    versions,
  );
  const { results } = await host.packages.transact(request, runOf(left, task), signal);
  for (const member of left) {
    const result = results.get(member.action.spec.name);
    if (result?.type === "failed") faults.set(member, result.fault);
  }
  return faults;
}

/** What fetching the lists came to. */
export interface FetchedLists {
  /** Why not all of them are there. */
  readonly fault?: Fault;
}

/**
 * Fetches the lists of the sources: on a fresh machine there are none, and elsewhere they may be old.
 * @throws {Fault} what concerns no single package.
 */
export async function fetchLists(
  members: readonly Member[],
  attempt: string,
): Promise<FetchedLists> {
  const { host, signal } = leadOf(members);
  const fetching = runOf(members, `${attempt}.lists`);
  const { listsFault } = await host.packages.transact({ refreshLists: true }, fetching, signal);
  return listsFault === undefined ? {} : { fault: listsFault };
}

/** The same faults. A package that no source offers may be missing because the lists could not be fetched: its fault says so. */
export function withListsFault(faults: Faults, { fault: listsFault }: FetchedLists): Faults {
  if (listsFault === undefined) return faults;
  const explain = (fault: Fault): Fault =>
    fault.reason === "PackageNotFound" ? withoutLists(fault, listsFault) : fault;
  return new Map([...faults].map(([member, fault]) => [member, explain(fault)] as const));
}

/** The versions to install, where the spec says more than that it is there. Faults are of those that no source has. */
async function chooseVersions(members: readonly Member[]): Promise<{
  readonly versions: ReadonlyMap<string, string>;
  readonly faults: Map<Member, Fault>;
}> {
  const versions = new Map<string, string>();
  const faults = new Map<Member, Fault>();
  const changing = members.filter(({ action }) => changesVersion(action));
  const offers = await offersFor(changing);
  for (const member of changing) {
    const { spec } = member.action;
    const chosen = spec.version.exact ?? chosenOf(spec, offers.get(spec.name), member.context);
    if (chosen instanceof Fault) faults.set(member, chosen);
    else if (chosen !== undefined) versions.set(spec.name, chosen);
  }
  return { versions, faults };
}

/** What the sources offer for those whose version they decide, in one call. */
async function offersFor(
  members: readonly Member[],
): Promise<ReadonlyMap<string, PackageCandidate>> {
  const names = members
    .map(({ action }) => action.spec)
    .filter(({ version }) => version.exact === undefined && managesVersion(version))
    .map(({ name }) => name);
  if (names.length === 0) return new Map();
  const { host, signal } = leadOf(members);
  return host.packages.candidates(names, signal);
}

/** `undefined` where it is for the transaction to say: of what is no package it has better words. */
function chosenOf(
  { name, version }: PackageSpec,
  offer: PackageCandidate | undefined,
  { host }: WriteContext,
): string | Fault | undefined {
  if (offer === undefined || offer.versions.length === 0) return undefined;
  const compare = (a: string, b: string): number => host.packages.compareVersions(a, b);
  return chooseVersion(version, offer, compare) ?? noSuchVersion(name, version);
}

function leadOf(members: readonly Member[]): WriteContext {
  const [lead] = members;
  assert(lead !== undefined, "a transaction has members");
  return lead.context;
}

function runOf(members: readonly Member[], task: string): PackageRun {
  return {
    task,
    lockWaitMs: LOCK_WAIT_MS,
    progress(progress) {
      for (const { context } of members) context.progress(shownProgress(progress));
    },
  };
}

function shownProgress(progress: PackageProgress): string {
  switch (progress.type) {
    case "waiting": {
      const { path, program = "a program", pid } = progress.holder;
      return `waits for ${program}${pid === undefined ? "" : ` (pid ${pid})`}, which holds ${path}`;
    }
    case "finishing":
      return `finishes ${progress.packages.slice(0, MOST_NAMED).join(", ")}`;
    case "refreshing":
      return "fetches the lists of the sources";
    case "changing":
      return "installs and removes";
    default:
      return unreachable(progress);
  }
}

function noSuchVersion(name: string, version: VersionRule): Fault {
  return new Fault({
    reason: "PackageNotFound",
    message: `no source offers ${name} ${shownRule(version) ?? ""}`,
    resolution: "Correct the name or the version, or add the source that has it.",
  });
}

function withoutLists(missing: Fault, listsFault: Fault): Fault {
  return new Fault({
    reason: listsFault.reason,
    message: `${missing.message}; ${listsFault.message}`,
    resolution: listsFault.resolution,
    cause: listsFault,
  });
}
