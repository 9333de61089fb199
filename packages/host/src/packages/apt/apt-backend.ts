import { type PackageCandidate, toFault } from "@holdfast/core";
import { answerOf, type BackendTools, failed, listenTo, stampOf } from "../backend-tools.ts";
import { LockHolders } from "../locks/lock-holders.ts";
import type { PackageBackend, PackageStep, StepEnd, StepOptions } from "../package-backend.ts";
import { runCommand } from "../runner/run-command.ts";
import { parsePolicy, parseProviders } from "./apt-policy.ts";
import { aptCommand, aptEnvironment, parseDryRun, READ_ANEW, dryRun } from "./apt-steps.ts";
import { compareDebianVersions } from "./compare-debian-versions.ts";
import { areListsStale } from "./stale-lists.ts";
import { APT_MARKS, DPKG_STATUS, type DpkgReading, readDpkg } from "./read-dpkg.ts";

/** In the order in which apt takes them. */
const LOCKS = [
  "/var/lib/dpkg/lock-frontend",
  "/var/lib/dpkg/lock",
  "/var/lib/apt/lists/lock",
  "/var/cache/apt/archives/lock",
];
const LISTS = "/var/lib/apt/lists";
const SOURCES = ["/etc/apt/sources.list", "/etc/apt/sources.list.d"];
const PREFERENCES = ["/etc/apt/preferences", "/etc/apt/preferences.d"];
const CONFIGURATION = ["/etc/apt/apt.conf", "/etc/apt/apt.conf.d"];
const SOURCE_FILES = { replaced: [LISTS], edited: [...SOURCES, ...PREFERENCES, ...CONFIGURATION] };
const DATABASE_FILES = { replaced: [DPKG_STATUS], edited: [] };
const NAME = /^[a-z0-9][a-z0-9+.-]{1,127}(?::[a-z0-9][a-z0-9-]{0,31})?$/;
/** Well within what one command line may be. */
const NAMES_PER_QUESTION = 500;
/** Virtual names are asked about one by one. */
const MOST_VIRTUAL = 50;

/** Debian's package database, and apt as the tool that changes it. */
export function aptBackend(tools: BackendTools): PackageBackend {
  const locks = new LockHolders(tools.root, LOCKS);
  const options = tools.image?.options ?? [];
  const read = (signal: AbortSignal): Promise<DpkgReading> => readDpkg(tools.files, signal);
  return {
    tool: "apt-get",
    namePattern: NAME,
    lacks: new Set(),
    read: async (signal) => (await read(signal)).database,
    query: async (names, signal) => query(tools, names, (await read(signal)).native, signal),
    stamp: (of, signal) => stampOf(tools, of === "sources" ? SOURCE_FILES : DATABASE_FILES, signal),
    areListsStale: async () => areListsStale(tools.root, SOURCES),
    compareVersions: compareDebianVersions,
    lockHolder: () => locks.find(),
    async foreseeRemovals(change, signal) {
      const argv = dryRun(change);
      const environment = aptEnvironment(change.conffiles);
      return parseDryRun(await answerOf(tools, { argv, environment }, signal));
    },
    run: (step, { task }, signal) =>
      runStep(tools, step, { task, argv: aptCommand(step, options) }, signal),
    transactionState: (task, signal) => tools.runner.state(task, signal),
    listen: (hear, signal) =>
      listenTo(
        tools,
        {
          installed: [DPKG_STATUS, APT_MARKS],
          available: [LISTS, ...SOURCES, ...PREFERENCES],
        },
        hear,
        signal,
      ),
  };
}

interface StepCommand extends StepOptions {
  readonly argv: readonly [string, ...string[]];
}

/** What writes packages goes on without us; fetching lists and writing marks may be ended, and are made anew. */
function runStep(
  tools: BackendTools,
  step: PackageStep,
  { argv, task }: StepCommand,
  signal: AbortSignal,
): Promise<StepEnd> {
  const environment = aptEnvironment(step.type === "change" ? step.conffiles : "keep");
  const isLasting = step.type === "change" || step.type === "finish";
  return runCommand(tools, { argv, environment, isLasting, task }, signal);
}

async function query(
  tools: BackendTools,
  names: readonly string[],
  native: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, PackageCandidate>> {
  const environment = aptEnvironment("keep");
  const answer = new Map<string, PackageCandidate>();
  for (let at = 0; at < names.length; at += NAMES_PER_QUESTION) {
    const part = names.slice(at, at + NAMES_PER_QUESTION);
    const argv = ["apt-cache", ...READ_ANEW, "policy", "--", ...part] as const;
    const policies = understood(await answerOf(tools, { argv, environment }, signal));
    for (const name of part) {
      const policy = policies.get(shownName(name, native));
      if (policy !== undefined) answer.set(name, policy);
    }
  }
  const virtual = [...answer].filter(([, { versions }]) => versions.length === 0);
  for (const [name, policy] of virtual.slice(0, MOST_VIRTUAL)) {
    const argv = ["apt-cache", ...READ_ANEW, "showpkg", "--", name] as const;
    const providers = parseProviders(await answerOf(tools, { argv, environment }, signal));
    if (providers.length === 0) answer.delete(name);
    else answer.set(name, { ...policy, providers });
  }
  return answer;
}

function understood(output: string): ReadonlyMap<string, PackageCandidate> {
  try {
    return parsePolicy(output);
  } catch (error) {
    throw failed("apt-cache policy", toFault(error).message, error);
  }
}

/** apt shows what is of the machine's own architecture, or of all, without it. */
function shownName(name: string, native: string): string {
  const [bare = name, architecture] = name.split(":");
  return architecture === native || architecture === "all" ? bare : name;
}
