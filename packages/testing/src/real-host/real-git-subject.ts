import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { join } from "node:path";
import { createAccounts, createGit, openFiles, realClock, realFileCalls } from "@holdfast/host";
import type { GitSubject } from "../git-laws/git-subject.ts";
import { carryOut } from "../operations/carry-out.ts";
import { VirtualClock } from "../virtual-clock.ts";
import { openRealDirectory } from "./real-directory.ts";

/** The real git in a directory that stands for the root; only the clock of its answers is virtual. */
export async function openRealGit(): Promise<GitSubject> {
  const directory = openRealDirectory();
  const { root, actor } = directory;
  const clock = new VirtualClock();
  const files = openFiles({ calls: realFileCalls, root, clock: realClock });
  const accounts = createAccounts({ clock: realClock, root });
  const scratchDirectory = join(root, "run/holdfast-git");
  carryOut({ type: "directory", path: "/srv" }, actor);
  return {
    git: createGit({ clock, root, files, accounts, scratchDirectory }),
    actor,
    tree: () => directory.tree(),
    read: (path) => (fs.existsSync(root + path) ? fs.readFileSync(root + path, "utf8") : undefined),
    readKept: (path, { name, file }) =>
      execFileSync("git", ["-C", root + path, "show", `${name}:${file}`], {
        encoding: "utf8",
        env: { PATH: "/usr/bin:/bin", GIT_CONFIG_GLOBAL: "/dev/null" },
      }),
    pass: (ms) => clock.advance(ms),
    async [Symbol.asyncDispose]() {
      await files[Symbol.asyncDispose]();
      await directory[Symbol.asyncDispose]();
    },
  };
}
