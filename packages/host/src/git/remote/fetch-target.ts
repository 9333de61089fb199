import type { CheckOutRequest, CommandResult, Fault, GitTarget } from "@holdfast/core";
import { targetRef } from "../repository/find-checkout.ts";
import { noSuchTarget, unreachable } from "../run/git-faults.ts";
import type { GitMachine } from "../run/git-machine.ts";
import { runRemote } from "./remote-run.ts";
import { gitFault, runGit } from "../run/run-git.ts";
import type { Work } from "../run/work.ts";

/** A fetch may take as long as the resource has; this is the bound of last resort. */
const FETCH_MS = 3_600_000;
const EVERYTHING = ["+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"];
/** How `git ls-remote --exit-code` ends where there is no such ref. */
const NO_MATCH = 2;
const ASK_MS = 30_000;

/** The commit of a target as the checkout knows it, peeled; `undefined` when it is not there, or not whole. */
export async function commitOfTarget(
  machine: GitMachine,
  { directory, user, request }: Work,
  signal: AbortSignal,
): Promise<string | undefined> {
  const name = localName(request.target);
  const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`];
  const { exitCode, stdout } = await runGit(
    machine,
    { args, directory, user, isQuery: true },
    signal,
  );
  return exitCode === 0 ? stdout.trim() : undefined;
}

/**
 * Fetches what a target needs, and nothing else where that is possible: a branch, a tag, one commit. A shallow checkout gets
 * that object, wherever it was before.
 * @returns its commit.
 * @throws {Fault} RemoteUnreachable, RevisionNotFound; what running git throws.
 */
export async function fetchTarget(
  machine: GitMachine,
  work: Work,
  signal: AbortSignal,
  how: "what is missing" | "everything again" = "what is missing",
): Promise<string> {
  const { target } = work.request;
  const fetchAs = (refs: readonly string[]): Promise<CommandResult> =>
    fetchRefs(machine, work, { refs, how }, signal);
  let result = await fetchAs(wantedRefs(target));
  // A server may refuse to give a single commit; then it is among all that is reached from its branches and tags.
  if (result.exitCode !== 0 && target.type === "revision") result = await fetchAs(EVERYTHING);
  if (result.exitCode !== 0) throw await whyNotFetched(machine, work, result, signal);
  const commit = await commitOfTarget(machine, work, signal);
  if (commit === undefined) throw missing(work.request);
  return commit;
}

/** What is asked of a remote: half a commit's name says nothing to it. */
function wantedRefs(target: GitTarget): readonly string[] {
  const { type, name } = target;
  if (type === "revision") return name.length === 40 ? [name] : EVERYTHING;
  return [`+${remoteRef(target)}:${localName(target)}`];
}

/** A target's name at the remote. */
function remoteRef({ type, name }: GitTarget): string {
  return `refs/${type === "tag" ? "tags" : "heads"}/${name}`;
}

/** A target's name in the checkout. */
function localName(target: GitTarget): string {
  if (target.type === "tag") return `refs/tags/${target.name}`;
  return targetRef(target) ?? target.name;
}

async function fetchRefs(
  machine: GitMachine,
  { directory, user, request }: Work,
  { refs, how }: { readonly refs: readonly string[]; readonly how: string },
  signal: AbortSignal,
): Promise<CommandResult> {
  const { source, depth } = request;
  const args = [
    "fetch",
    "--quiet",
    "--force",
    "--no-tags",
    "--no-write-fetch-head",
    "--no-recurse-submodules",
    "--update-shallow",
    "--upload-pack=git-upload-pack",
    ...(how === "everything again" ? ["--refetch"] : []),
    ...(depth === undefined ? [] : [`--depth=${depth}`]),
  ];
  const run = { source, user, args, refs, directory, timeoutMs: FETCH_MS };
  return runRemote(machine, run, signal);
}

/** The exit code of a fetch does not tell a missing name from a server that does not answer; that of another question does. */
async function whyNotFetched(
  machine: GitMachine,
  { user, request }: Work,
  fetched: CommandResult,
  signal: AbortSignal,
): Promise<Fault> {
  const { source, target } = request;
  const args = ["ls-remote", "--exit-code", "--quiet"];
  const refs = target.type === "revision" ? [] : [remoteRef(target)];
  const asked = { source, user, args, refs, timeoutMs: ASK_MS, isQuery: true };
  const { exitCode } = await runRemote(machine, asked, signal);
  if (exitCode === NO_MATCH) return missing(request);
  if (exitCode !== 0) return unreachable(source.repository, fetched);
  return target.type === "revision" ? missing(request) : gitFault({ args: ["fetch"] }, fetched);
}

function missing({ target, source }: CheckOutRequest): Fault {
  return noSuchTarget(source.repository, `${target.type} ${target.name}`);
}
