import { Fault, type GitSource } from "@holdfast/core";
import type { GitMachine } from "../run/git-machine.ts";
import { mustRunGit, runGit } from "../run/run-git.ts";

/** A submodule as a commit declares it. */
export interface Submodule {
  /** Relative to the checkout. */
  readonly path: string;
  /** As it is written; perhaps relative to the URL of the repository. */
  readonly url: string;
  readonly commit: string;
}

/** Submodules within submodules. */
export const MOST_SUBMODULE_LEVELS = 5;
const MOST_SUBMODULES = 100;
const MOST_BYTES = 1024 * 1024;

/** Where a commit is. */
export interface CommitPlace {
  readonly directory: string;
  readonly user: string | undefined;
  readonly commit: string;
}

/**
 * The submodules of a commit: what `.gitmodules` says of the paths that are commits of other repositories.
 * @throws {Fault} ContentTooLarge, for more than a hundred; what running git throws.
 */
export async function listSubmodules(
  machine: GitMachine,
  { directory, user, commit }: CommitPlace,
  signal: AbortSignal,
): Promise<readonly Submodule[]> {
  const place = { directory, user, isQuery: true, maxOutputBytes: MOST_BYTES };
  const config = ["config", "--blob", `${commit}:.gitmodules`, "--null", "--list"];
  const { exitCode, stdout } = await runGit(machine, { ...place, args: config }, signal);
  const declared = exitCode === 0 ? declaredIn(stdout) : new Map<string, string>();
  if (declared.size === 0) return [];
  if (declared.size > MOST_SUBMODULES) throw tooMany(directory);
  const tree = ["ls-tree", "-z", "--full-tree", commit, "--", ...declared.keys()];
  const entries = await mustRunGit(machine, { ...place, args: tree }, signal);
  return entries.split("\0").flatMap((entry) => {
    const [, submodule, path = ""] = /^160000 commit ([0-9a-f]{40})\t(.*)$/s.exec(entry) ?? [];
    const url = declared.get(path);
    return submodule === undefined || url === undefined ? [] : [{ path, url, commit: submodule }];
  });
}

/** URLs by path, of `git config --null --list`: a name, a line's end, a value. */
function declaredIn(output: string): ReadonlyMap<string, string> {
  const byName = new Map<string, { path?: string; url?: string }>();
  for (const line of output.split("\0")) {
    const [, name, field, value] = /^submodule\.(.*)\.(path|url)\n(.*)$/s.exec(line) ?? [];
    if (name === undefined || value === undefined) continue;
    byName.set(name, { ...byName.get(name), [field === "path" ? "path" : "url"]: value });
  }
  return new Map(
    [...byName.values()].flatMap(({ path, url }) =>
      path === undefined || url === undefined ? [] : [[path, url] as const],
    ),
  );
}

/**
 * Where a submodule comes from. Whoever writes `.gitmodules` chooses the address: what lets us in is shown to the server of the
 * declared repository alone, and a repository of the network leads to none on this machine.
 * @throws {Fault} RemoteUnreachable.
 */
export function submoduleSource(source: GitSource, { path, url }: Submodule): GitSource {
  const repository = submoduleUrl(source.repository, url);
  if (serverOf(repository) === undefined && serverOf(source.repository) !== undefined)
    throw new Fault({
      reason: "RemoteUnreachable",
      message: `the submodule ${path} of ${source.repository} is to come from this machine: ${repository}`,
      resolution: "Correct .gitmodules, or leave `submodules` out.",
    });
  const isSame = serverOf(repository) === serverOf(source.repository);
  return isSame ? { ...source, repository } : { repository };
}

/** Protocol, server and port; `undefined` for a path. */
function serverOf(repository: string): string | undefined {
  if (/^(?:https?|ssh|git):\/\//.test(repository) && URL.canParse(repository)) {
    const { protocol, host } = new URL(repository);
    return `${protocol}//${host}`;
  }
  const host = /^(?:[^/@:]+@)?([^/@:]+):/.exec(repository)?.[1];
  return host === undefined || repository.startsWith("file:") ? undefined : `ssh://${host}`;
}

/** A URL that begins with `./` or `../` is relative to the repository that declares it, as gitmodules(5) has it. */
export function submoduleUrl(repository: string, url: string): string {
  if (!/^\.\.?\//.test(url)) return url;
  let base = repository.replace(/\/+$/, "");
  let rest = url;
  while (/^\.\.?\//.test(rest)) {
    if (rest.startsWith("../")) base = base.replace(/[/:][^/:]*$/, "");
    rest = rest.slice(rest.indexOf("/") + 1);
  }
  return `${base}/${rest}`;
}

function tooMany(directory: string): Fault {
  return new Fault({
    reason: "ContentTooLarge",
    message: `${directory} has more than ${MOST_SUBMODULES} submodules`,
    resolution:
      "Leave `submodules` out, and declare those that are needed as checkouts of their own.",
  });
}
