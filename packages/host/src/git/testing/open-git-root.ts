import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CheckOutRequest, GitSource, GitTarget, GitWriter } from "@holdfast/core";
import { createAccounts } from "../../accounts/accounts.ts";
import { openFiles } from "../../files/open-files.ts";
import { realFileCalls } from "../../files/real-calls.ts";
import { realClock } from "../../system/real-clock.ts";
import { createGit } from "../create-git.ts";

/** A directory with remotes and checkouts of the real git; paths are of the machine. */
export interface GitRoot extends Disposable {
  readonly root: string;
  readonly scratchDirectory: string;
  readonly git: GitWriter;
  /** Runs a script as whoever works in the repositories; returns what it wrote. */
  shell(script: string, directory?: string): string;
  /** A bare repository with a file `a` and two commits, and beside it the tree it was pushed from. */
  makeRemote(name: string): { readonly path: string; readonly commits: readonly string[] };
  request(
    target: GitTarget,
    more?: Partial<CheckOutRequest> & { source: GitSource },
  ): CheckOutRequest;
}

/** Of the tests: nobody stops them. */
export const SIGNAL: AbortSignal = new AbortController().signal;

/** Opens one, which goes away on disposal. */
export function openGitRoot(): GitRoot {
  const root = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), "holdfast-git-")));
  fs.chmodSync(root, 0o755);
  const scratchDirectory = join(root, "scratch");
  const files = openFiles({ calls: realFileCalls, root: "/", clock: realClock });
  const accounts = createAccounts({ clock: realClock });
  const shell = (script: string, directory = root): string =>
    execFileSync("/bin/sh", ["-ec", script], { cwd: directory, encoding: "utf8", env: PERSON });
  return {
    root,
    scratchDirectory,
    git: createGit({ clock: realClock, files, accounts, scratchDirectory }),
    shell,
    makeRemote(name) {
      const path = join(root, `${name}.git`);
      shell(`git init -q --bare -b main ${path}; git init -q -b main ${name}.work`);
      const commit = (text: string): string =>
        `echo ${text} > a; git add .; git commit -qm ${text}`;
      const push = `git push -q ${path} main`;
      shell(`${commit("one")}; ${commit("two")}; ${push}`, join(root, `${name}.work`));
      const commits = shell("git rev-list --reverse main", path).trim().split("\n");
      return { path, commits };
    },
    request: (target, { source, ...more } = { source: { repository: join(root, "app.git") } }) => ({
      place: { path: join(root, "app") },
      source,
      target,
      submodules: false,
      ...more,
    }),
    [Symbol.dispose]() {
      fs.rmSync(root, { recursive: true, force: true });
    },
  };
}

const PERSON = {
  PATH: "/usr/bin:/bin",
  HOME: "/nonexistent",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "a",
  GIT_AUTHOR_EMAIL: "a@example.org",
  GIT_COMMITTER_NAME: "a",
  GIT_COMMITTER_EMAIL: "a@example.org",
};
