import type { CheckOutRequest, CheckOutResult, KeptWork } from "@holdfast/core";
import { fetchTarget, commitOfTarget } from "../remote/fetch-target.ts";
import { findCheckout, targetRef } from "../repository/find-checkout.ts";
import { refuseLocked, withMarker } from "../repository/locks.ts";
import { CHECKED_OUT_REF } from "../repository/read-refs.ts";
import { inTheWay } from "../run/git-faults.ts";
import type { GitMachine } from "../run/git-machine.ts";
import { gitFault, mustRunGit, onMachine, runGit } from "../run/run-git.ts";
import type { Work } from "../run/work.ts";
import { keepAside } from "./keep-aside.ts";
import { configure, initialize, readableHead } from "./prepare-repository.ts";
import { listSubmodules, MOST_SUBMODULE_LEVELS, submoduleSource } from "./submodules.ts";

/** How far something is known already. */
export interface BringOptions {
  /** Nobody has worked in it: there is nothing to keep aside. Default false. */
  readonly isNew?: boolean;
  /** Of submodules within submodules. Default 0. */
  readonly level?: number;
}

/** Brings a checkout to its target. Each step may be cut off: the next attempt finds what is left to do. */
export async function bringTo(
  machine: GitMachine,
  request: CheckOutRequest,
  { isNew = false, level = 0 }: BringOptions,
  signal: AbortSignal,
): Promise<CheckOutResult> {
  const { path, user } = request.place;
  const work: Work = { directory: onMachine(machine, path), user, request };
  await refuseLocked(machine, { path, directory: work.directory }, signal);
  return withMarker(machine, path, signal, async () => {
    await configure(machine, request, isNew ? "nothing to keep" : "keep", signal);
    const head = isNew ? undefined : await readableHead(machine, request, signal);
    const commit = await findCommit(machine, work, signal);
    const kept = isNew ? undefined : await keepAside(machine, work, { head, commit }, signal);
    await switchTo(machine, work, commit, signal);
    await record(machine, work, commit, signal);
    if (request.submodules) await bringSubmodules(machine, work, { commit, level }, signal);
    return resultOf(commit, kept);
  });
}

function resultOf(head: string, kept: KeptWork | undefined): CheckOutResult {
  return kept === undefined ? { head } : { head, kept };
}

/** The commit to check out: the remote is asked only for what the checkout does not have. */
async function findCommit(machine: GitMachine, work: Work, signal: AbortSignal): Promise<string> {
  const { target, commit } = work.request;
  const known = commit ?? (target.type === "revision" ? target.name : undefined);
  const here = (): Promise<string | undefined> => commitNamed(machine, work, known, signal);
  const before = await here();
  if (before !== undefined) return before;
  const fetched = await fetchTarget(machine, work, signal);
  // A branch may have moved on meanwhile; what was asked for is what was planned.
  return (await here()) ?? fetched;
}

async function commitNamed(
  machine: GitMachine,
  work: Work,
  name: string | undefined,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (name === undefined) return undefined;
  const request = { ...work.request, target: { type: "revision", name } as const };
  return commitOfTarget(machine, { ...work, request }, signal);
}

/**
 * Makes index and files those of the commit, on no branch. A damaged index is made anew; objects that are missing are fetched again.
 */
async function switchTo(
  machine: GitMachine,
  work: Work,
  commit: string,
  signal: AbortSignal,
): Promise<void> {
  const { directory, user, request } = work;
  const args = ["checkout", "--quiet", "--force", "--detach", commit, "--"];
  const run = { args, directory, user };
  if ((await runGit(machine, run, signal)).exitCode === 0) return;
  await machine.files.remove({ path: `${request.place.path}/.git/index` }, signal);
  if ((await runGit(machine, run, signal)).exitCode === 0) return;
  await fetchTarget(machine, work, signal, "everything again");
  const last = await runGit(machine, run, signal);
  if (last.exitCode !== 0) throw gitFault(run, last);
}

/** Notes what was checked out, so that a later observation reads it without asking anybody. */
async function record(
  machine: GitMachine,
  { directory, user, request }: Work,
  commit: string,
  signal: AbortSignal,
): Promise<void> {
  const names = [CHECKED_OUT_REF, targetRef(request.target)].filter((name) => name !== undefined);
  const stdin = names.map((name) => `update ${name} ${commit}\n`).join("");
  const args = ["update-ref", "--stdin"];
  await mustRunGit(machine, { args, directory, user, stdin }, signal);
}

/** Each submodule is a checkout of its own, under the same rules. */
async function bringSubmodules(
  machine: GitMachine,
  { directory, user, request }: Work,
  { commit, level }: { readonly commit: string; readonly level: number },
  signal: AbortSignal,
): Promise<void> {
  if (level >= MOST_SUBMODULE_LEVELS) return;
  const { place, source, depth } = request;
  for (const submodule of await listSubmodules(machine, { directory, user, commit }, signal)) {
    const own: CheckOutRequest = {
      place: { ...place, path: `${place.path}/${submodule.path}` },
      source: submoduleSource(source, submodule),
      target: { type: "revision", name: submodule.commit },
      submodules: true,
      ...(depth === undefined ? {} : { depth }),
    };
    const found = await findCheckout(machine, own, signal);
    if (found.type === "other" || (found.type === "directory" && !found.isEmpty))
      throw inTheWay("DirectoryNotEmpty", `${own.place.path} holds what is no checkout`);
    const isNew = found.type !== "checkout";
    if (isNew) await initialize(machine, own.place, signal);
    await bringTo(machine, own, { isNew, level: level + 1 }, signal);
  }
}
