import { randomBytes } from "node:crypto";
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
import { listSubmodules, MOST_SUBMODULE_LEVELS, submoduleUrl } from "./submodules.ts";

/** Brings a checkout to its target. Each step may be cut off: the next attempt finds what is left to do. */
export async function bringTo(
  machine: GitMachine,
  request: CheckOutRequest,
  signal: AbortSignal,
  level = 0,
): Promise<CheckOutResult> {
  const { path, user } = request.place;
  const work: Work = { directory: onMachine(machine, path), user, request };
  await refuseLocked(machine, { path, directory: work.directory }, signal);
  const attempt = `git-${randomBytes(8).toString("hex")}`;
  return withMarker(machine, path, attempt, signal, async () => {
    await configure(machine, request, attempt, signal);
    const head = await readableHead(machine, request, signal);
    const commit = await findCommit(machine, work, signal);
    const kept = await keepAside(machine, work, { head, commit }, signal);
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
  const wanted = commit === undefined ? target : ({ type: "revision", name: commit } as const);
  const isAnswered = commit !== undefined || target.type === "revision";
  const here = isAnswered
    ? await commitOfTarget(
        machine,
        { ...work, request: { ...work.request, target: wanted } },
        signal,
      )
    : undefined;
  return here ?? fetchTarget(machine, work, signal);
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
      source: { ...source, repository: submoduleUrl(source.repository, submodule.url) },
      target: { type: "revision", name: submodule.commit },
      submodules: true,
      ...(depth === undefined ? {} : { depth }),
    };
    const found = await findCheckout(machine, own, signal);
    if (found.type === "other" || (found.type === "directory" && !found.isEmpty))
      throw inTheWay("DirectoryNotEmpty", `${own.place.path} holds what is no checkout`);
    if (found.type !== "checkout") await initialize(machine, own.place, signal);
    await bringTo(machine, own, signal, level + 1);
  }
}
