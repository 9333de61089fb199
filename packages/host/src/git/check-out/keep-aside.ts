import { randomBytes } from "node:crypto";
import { Fault, type KeptWork, MOST_KEPT } from "@holdfast/core";
import type { GitMachine, GitRun } from "../run/git-machine.ts";
import { CHECKED_OUT_REF, KEPT_REFS } from "../repository/read-refs.ts";
import { mustRunGit, runGit } from "../run/run-git.ts";
import type { Work } from "../run/work.ts";

/** The tree without a file, which git knows without having it. */
const EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
/** Paths in one list; a tree with longer ones is not kept aside, and so not overwritten. */
const MOST_LIST_BYTES = 64 * 1024 * 1024;
/** What stands in a text for bytes that are none. */
const UNREADABLE = "\ufffd";
/** Whose name such a commit has. */
const AUTHOR = {
  GIT_AUTHOR_NAME: "Holdfast",
  GIT_AUTHOR_EMAIL: "holdfast@localhost",
  GIT_COMMITTER_NAME: "Holdfast",
  GIT_COMMITTER_EMAIL: "holdfast@localhost",
};

/** What is about to be overwritten, and by what. */
export interface Overwriting {
  readonly head: string | undefined;
  readonly commit: string;
}

/**
 * Keeps aside whatever checking out a commit would overwrite and is nowhere else: tracked files as they are in the tree, what is
 * staged, files that git does not know and the commit has, and the commit that is checked out when no ref leads to it. It becomes a
 * commit in the form of `git stash`, under a name in refs/holdfast/kept. The same work again is kept once.
 * @returns `undefined` when there is nothing to keep.
 * @throws {Fault} CommandFailed, and then nothing may be overwritten; what running git throws.
 */
export async function keepAside(
  machine: GitMachine,
  work: Work,
  overwriting: Overwriting,
  signal: AbortSignal,
): Promise<KeptWork | undefined> {
  const { head } = overwriting;
  const headTree = head === undefined ? EMPTY_TREE : await treeOf(machine, work, head, signal);
  const staged = await stagedTree(machine, work, signal);
  const tree = await treeOfWork(machine, work, { ...overwriting, headTree, staged }, signal);
  const isStaged = staged !== undefined && staged !== headTree && staged !== tree;
  const isTarget = tree === (await treeOf(machine, work, overwriting.commit, signal));
  if ((tree === headTree || isTarget) && !isStaged) {
    if (head === undefined || !(await isNowhereElse(machine, work, head, signal))) return undefined;
    return nameCommit(machine, work, head, signal);
  }
  const known = isStaged ? undefined : await keptBefore(machine, work, { tree, head }, signal);
  if (known !== undefined) return { name: known, dropped: [] };
  const commit = await commitWork(
    machine,
    work,
    { head, tree, staged: isStaged ? staged : undefined },
    signal,
  );
  return nameCommit(machine, work, commit, signal);
}

/** Which trees there are: of the commit that is there, of the one that comes, of what is staged where that is known. */
interface Trees {
  readonly headTree: string;
  readonly commit: string;
  readonly staged: string | undefined;
}

/** The tree of the files as they are: through an index of its own, so that a damaged one, or marks in it, hide nothing. */
async function treeOfWork(
  machine: GitMachine,
  work: Work,
  trees: Trees,
  signal: AbortSignal,
): Promise<string> {
  const index = `.git/holdfast-${randomBytes(8).toString("hex")}.index`;
  try {
    return await writeWork(machine, work, { ...trees, index }, signal);
  } finally {
    const path = `${work.request.place.path}/${index}`;
    for (const each of [path, `${path}.lock`])
      await machine.files.remove({ path: each }, new AbortController().signal);
  }
}

async function writeWork(
  machine: GitMachine,
  work: Work,
  { headTree, commit, staged, index }: Trees & { readonly index: string },
  signal: AbortSignal,
): Promise<string> {
  const env = { GIT_INDEX_FILE: `${work.directory}/${index}` };
  const git = (args: readonly string[], more: Partial<GitRun> = {}): Promise<string> =>
    mustRunGit(machine, { ...inWork(work), env, args, ...more }, signal);
  /** The files as they are, at every path that one of two trees has. */
  const asTheyAre = async (one: string, other: string): Promise<string> => {
    await git(["read-tree", "-i", "-m", "--aggressive", EMPTY_TREE, one, other]);
    await git(["add", "--update", "--", "."]);
    return git(["write-tree"]);
  };
  const tree = await asTheyAre(headTree, commit);
  const all = staged === undefined || staged === headTree ? tree : await asTheyAre(tree, staged);
  await git(["read-tree", commit]);
  const list = await git(["ls-files", "-z", "--killed"], { maxOutputBytes: MOST_LIST_BYTES });
  if (list === "") return all;
  if (list.includes(UNREADABLE)) throw unreadableName(work.request.place.path);
  await git(["read-tree", all]);
  const add = ["add", "--force", "--pathspec-from-file=-", "--pathspec-file-nul"];
  await git(add, { stdin: list });
  return git(["write-tree"]);
}

/** The tree of what is staged; `undefined` where the index is damaged, or holds what was never merged. */
async function stagedTree(
  machine: GitMachine,
  work: Work,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { exitCode, stdout } = await runGit(
    machine,
    { ...inWork(work), args: ["write-tree"] },
    signal,
  );
  return exitCode === 0 ? stdout.trim() : undefined;
}

/** Whether a commit would be lost: we did not check it out, and no ref leads to it. */
async function isNowhereElse(
  machine: GitMachine,
  work: Work,
  head: string,
  signal: AbortSignal,
): Promise<boolean> {
  const ours = ["rev-parse", "--verify", "--quiet", CHECKED_OUT_REF];
  const { stdout } = await runGit(machine, { ...inWork(work), args: ours }, signal);
  if (stdout.trim() === head) return false;
  const args = ["for-each-ref", "--count=1", "--format=%(refname)", `--contains=${head}`];
  return (await mustRunGit(machine, { ...inWork(work), args }, signal)) === "";
}

/** The name under which the same work is kept already. */
async function keptBefore(
  machine: GitMachine,
  work: Work,
  { tree, head = "" }: { readonly tree: string; readonly head: string | undefined },
  signal: AbortSignal,
): Promise<string | undefined> {
  const args = ["for-each-ref", "--format=%(refname) %(tree) %(parent)", KEPT_REFS];
  const lines = (await mustRunGit(machine, { ...inWork(work), args }, signal)).split("\n");
  return lines.find((line) => line.endsWith(` ${tree} ${head}`))?.split(" ")[0];
}

async function commitWork(
  machine: GitMachine,
  work: Work,
  kept: {
    readonly head: string | undefined;
    readonly tree: string;
    readonly staged: string | undefined;
  },
  signal: AbortSignal,
): Promise<string> {
  const { head, tree, staged } = kept;
  const commit = (of: string, parents: readonly string[], message: string): Promise<string> => {
    const args = ["commit-tree", of, ...parents.flatMap((parent) => ["-p", parent]), "-m", message];
    return mustRunGit(machine, { ...inWork(work), args, env: AUTHOR }, signal);
  };
  const parents = head === undefined ? [] : [head];
  const index = staged === undefined ? [] : [await commit(staged, parents, "What was staged")];
  return commit(tree, [...parents, ...index], "Local work, kept aside before it was overwritten");
}

/** Gives a commit a name by which it is found, and drops the oldest beyond the bound. */
async function nameCommit(
  machine: GitMachine,
  work: Work,
  commit: string,
  signal: AbortSignal,
): Promise<KeptWork> {
  const time = new Date(machine.clock.wallMs()).toISOString().replaceAll(/[-:]|\.\d+/g, "");
  const name = `${KEPT_REFS}/${time}-${commit.slice(0, 12)}`;
  const git = (args: readonly string[]): Promise<string> =>
    mustRunGit(machine, { ...inWork(work), args }, signal);
  await git(["update-ref", name, commit]);
  const names = await git(["for-each-ref", "--sort=refname", "--format=%(refname)", KEPT_REFS]);
  const all = names.split("\n").filter((each) => each !== "");
  const dropped = all.slice(0, Math.max(0, all.length - MOST_KEPT));
  for (const old of dropped) await git(["update-ref", "-d", old]);
  return { name, dropped };
}

function treeOf(
  machine: GitMachine,
  work: Work,
  commit: string,
  signal: AbortSignal,
): Promise<string> {
  const args = ["rev-parse", "--verify", "--quiet", `${commit}^{tree}`];
  return mustRunGit(machine, { ...inWork(work), args }, signal);
}

function inWork({ directory, user }: Work): Pick<GitRun, "directory" | "user"> {
  return { directory, user };
}

function unreadableName(path: string): Fault {
  return new Fault({
    reason: "ContentInvalid",
    message: `${path} has files in the way whose names are not UTF-8, so that they cannot be kept aside`,
    resolution: "Move them away.",
  });
}
