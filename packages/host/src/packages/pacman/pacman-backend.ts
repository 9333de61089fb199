import type { PackageCandidate, PackageLockHolder } from "@holdfast/core";
import { answerOf, ask, type BackendTools, failed, listenTo, stampOf } from "../backend-tools.ts";
import type { PackageBackend, PackageStep, StepEnd, StepOptions } from "../package-backend.ts";
import { runCommand } from "../runner/run-command.ts";
import { comparePacmanVersions } from "./compare-pacman-versions.ts";
import { bareName, pacmanCommands } from "./pacman-steps.ts";
import { dependentsOf, PACMAN_LOCAL, pacmanDatabase, readPacman } from "./read-pacman.ts";

const NAME = /^[a-z0-9@_+][a-z0-9@._+-]{0,127}(?::[a-z0-9_]{1,32})?$/;
/** Its existence is the lock. */
const LOCK = "/var/lib/pacman/db.lck";
const SYNC = "/var/lib/pacman/sync";
const CONFIGURATION = ["/etc/pacman.conf", "/etc/pacman.d"];
const MOST_VIRTUAL = 50;

const ENVIRONMENT = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  LC_ALL: "C",
};

/**
 * Pacman's database, read in this process, and pacman as the tool that changes it. There is one version of a package at a
 * time: the one in the sync databases. Whoever refreshes them upgrades the machine as a whole before long; a package that
 * is installed alone may not fit the rest.
 */
export function pacmanBackend(tools: BackendTools): PackageBackend {
  return {
    tool: "pacman",
    namePattern: NAME,
    lacks: new Set(["hold", "replace-conffiles"]),
    read: async (signal) => pacmanDatabase(await readPacman(tools.files, signal)),
    query: (names, signal) => query(tools, names, signal),
    stamp: (of, signal) =>
      stampOf(
        tools,
        of === "sources"
          ? { replaced: [SYNC], edited: CONFIGURATION }
          : { replaced: [PACMAN_LOCAL], edited: [] },
        signal,
      ),
    compareVersions: comparePacmanVersions,
    lockHolder: (signal) => lockHolder(tools, signal),
    async foreseeRemovals(change, signal) {
      const found = await readPacman(tools.files, signal);
      return dependentsOf(new Set(change.remove.map(bareName)), found);
    },
    run: (step, { task }, signal) => runStep(tools, step, { task }, signal),
    transactionState: (task, signal) => tools.runner.state(task, signal),
    listen: (hear, signal) =>
      listenTo(
        tools,
        { installed: [PACMAN_LOCAL], available: [SYNC, ...CONFIGURATION] },
        hear,
        signal,
      ),
  };
}

async function lockHolder(
  { files }: BackendTools,
  signal: AbortSignal,
): Promise<PackageLockHolder | undefined> {
  const found = await files.read({ path: LOCK, content: "none" }, signal);
  return found.type === "present" ? { path: LOCK } : undefined;
}

async function query(
  tools: BackendTools,
  names: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, PackageCandidate>> {
  const options = tools.image?.options ?? [];
  const argv = ["pacman", ...options, "--color=never", "-Sl"] as const;
  const offers = parseList(await answerOf(tools, { argv, environment: ENVIRONMENT }, signal));
  const installed = await readPacman(tools.files, signal);
  const answer = new Map<string, PackageCandidate>();
  for (const name of names) {
    const candidate = offers.get(bareName(name));
    const version = installed.find((each) => each.name === bareName(name))?.version;
    const versions = [...new Set([candidate, version])].filter((each) => each !== undefined);
    if (versions.length === 0) continue;
    answer.set(name, {
      ...(candidate === undefined ? {} : { candidate }),
      versions,
      providers: [],
    });
  }
  for (const name of names.filter((each) => !answer.has(each)).slice(0, MOST_VIRTUAL)) {
    const print = ["-Spdd", "--print-format", "%n", "--", bareName(name)];
    const question = { argv: ["pacman", ...options, ...print] as const, environment: ENVIRONMENT };
    const { exitCode, stdout } = await ask(tools, question, signal);
    // It resolves virtual names and groups, to one or to all of theirs.
    const providers = stdout.split("\n").filter((line) => /^[^\s:]+$/.test(line));
    if (exitCode === 0 && providers.length > 0) answer.set(name, { versions: [], providers });
  }
  return answer;
}

/** Reads `pacman -Sl`: repository, name, version; the first repository wins. */
export function parseList(output: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const line of output.split("\n").filter((each) => each !== "")) {
    const [, name, version] = /^\S+ (\S+) (\S+)(?: \[installed.*\])?$/.exec(line) ?? [];
    if (name === undefined || version === undefined) throw failed("pacman -Sl", `said: ${line}`);
    if (!found.has(name)) found.set(name, version);
  }
  return found;
}

async function runStep(
  tools: BackendTools,
  step: PackageStep,
  { task }: StepOptions,
  signal: AbortSignal,
): Promise<StepEnd> {
  const isLasting = step.type === "change";
  let last: StepEnd = { exitCode: 0, output: "" };
  for (const argv of pacmanCommands(step, tools.image?.options ?? [])) {
    last = await runCommand(tools, { argv, environment: ENVIRONMENT, isLasting, task }, signal);
    if (last.exitCode !== 0) break;
  }
  return last;
}
