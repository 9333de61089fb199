import { type PackageCandidate, type PackageDatabase, toFault } from "@holdfast/core";
import { answerOf, ask, type BackendTools, failed, listenTo, stampOf } from "../backend-tools.ts";
import { LockHolders } from "../locks/lock-holders.ts";
import { findPidLock } from "../locks/pid-locks.ts";
import type { PackageBackend, PackageStep, StepEnd, StepOptions } from "../package-backend.ts";
import { runCommand } from "../runner/run-command.ts";
import { unreadable } from "../package-faults.ts";
import { compareRpmVersions } from "./compare-rpm-versions.ts";
import {
  INSTALLED_FORMAT,
  OFFER_FORMAT,
  parseInstalled,
  parseOffers,
  parseRemovals,
  parseVersionlock,
} from "./dnf-answers.ts";
import { dnfCommand } from "./dnf-steps.ts";
import { rpmDatabase } from "./installed-rpms.ts";

const NAME = /^[A-Za-z0-9][A-Za-z0-9+._-]{0,127}(?::[a-z0-9_]{1,32})?$/;
const RPM_DIRECTORIES = ["/usr/lib/sysimage/rpm", "/var/lib/rpm"];
/** Not the write-ahead log of the database: who only reads touches that too. */
const DATABASES = [
  ...RPM_DIRECTORIES.flatMap((each) =>
    ["rpmdb.sqlite", "Packages", "Packages.db"].map((file) => `${each}/${file}`),
  ),
  "/var/lib/dnf/history.sqlite",
];
const PID_LOCKS = [
  "/var/lib/dnf/rpmdb_lock.pid",
  "/var/cache/dnf/metadata_lock.pid",
  "/var/cache/dnf/download_lock.pid",
];
const CACHE = "/var/cache/dnf";
const REPOSITORIES = "/etc/yum.repos.d";
const VERSIONLOCK = "/etc/dnf/plugins/versionlock.list";
const CONFIGURATION = ["/etc/dnf/dnf.conf", VERSIONLOCK];
const MOST_LOCK_BYTES = 1024 * 1024;
/** dnf may fetch lists that are older than its configuration allows. */
const QUERY_MS = 300_000;
const MOST_VIRTUAL = 20;

const ENVIRONMENT = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  LC_ALL: "C",
  // A table as wide as it needs to be.
  COLUMNS: "500",
};

/**
 * rpm's database, and dnf 4 as the tool that changes it; yum where it is another name of it. Reading is one process, because
 * rpm's own database does not say what was asked for. Holds are those of the versionlock plug-in.
 */
export function dnfBackend(tools: BackendTools): PackageBackend {
  const options = tools.image?.options ?? [];
  const rpmLocks = new LockHolders(
    tools.root,
    RPM_DIRECTORIES.map((each) => `${each}/.rpm.lock`),
  );
  return {
    tool: "dnf",
    namePattern: NAME,
    lacks: new Set(["replace-conffiles"]),
    read: (signal) => read(tools, signal),
    query: (names, signal) => query(tools, names, signal),
    stamp: (of, signal) =>
      stampOf(
        tools,
        of === "sources"
          ? { replaced: [CACHE], edited: [REPOSITORIES, ...CONFIGURATION] }
          : { replaced: DATABASES, edited: [] },
        signal,
      ),
    compareVersions: compareRpmVersions,
    lockHolder: async (signal) =>
      (await findPidLock(tools.files, PID_LOCKS, signal)) ?? (await rpmLocks.find()),
    async foreseeRemovals(change, signal) {
      const { argv, input } = dnfCommand(change, [...options, "--assumeno"]);
      const question = {
        argv: withoutYes(argv),
        environment: ENVIRONMENT,
        ...(input === undefined ? {} : { input }),
      };
      const { stdout, stderr } = await ask(tools, question, signal);
      return understood("dnf", () => parseRemovals(stdout), stderr);
    },
    run: (step, { task }, signal) => runStep(tools, step, { task }, signal),
    transactionState: (task, signal) => tools.runner.state(task, signal),
    listen: (hear, signal) =>
      listenTo(tools, { installed: DATABASES, available: [CACHE, REPOSITORIES] }, hear, signal),
  };
}

async function read(tools: BackendTools, signal: AbortSignal): Promise<PackageDatabase> {
  const argv = [
    "dnf",
    ...(tools.image?.options ?? []),
    "-q",
    "-C",
    "--disablerepo=*",
    "repoquery",
    "--installed",
    "--qf",
    INSTALLED_FORMAT,
  ] as const;
  const locked = await readVersionlock(tools, signal);
  try {
    const output = await answerOf(tools, { argv, environment: ENVIRONMENT }, signal);
    return rpmDatabase(parseInstalled(output, locked), "dnf");
  } catch (error) {
    const fault = toFault(error);
    const isOurs = fault.reason === "PackageFailed" || fault.reason === "Internal";
    throw isOurs ? unreadable("the database of rpm", fault.message, fault) : fault;
  }
}

async function readVersionlock(
  { files }: BackendTools,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const request = { path: VERSIONLOCK, content: "bytes", maxBytes: MOST_LOCK_BYTES } as const;
  const found = await files.read(request, signal);
  if (found.type === "unknown") throw unreadable(VERSIONLOCK, found.fault.message, found.fault);
  if (found.type === "absent") return new Set();
  return parseVersionlock(Buffer.from(found.value.bytes ?? []).toString("utf8"));
}

async function query(
  tools: BackendTools,
  names: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, PackageCandidate>> {
  const specs = [...new Set(names.map((name) => name.split(":")[0] ?? name))];
  const offers = parsed(await repoquery(tools, [OFFER_FORMAT, "--", ...specs], signal));
  const { packages } = await read(tools, signal);
  const answer = new Map<string, PackageCandidate>();
  for (const name of names) {
    const offer = offers.get(name);
    const version = packages.get(name)?.version;
    if (offer === undefined && version === undefined) continue;
    const { candidate, versions = [] } = offer ?? {};
    const all =
      version === undefined || versions.includes(version) ? versions : [...versions, version];
    answer.set(name, {
      ...(candidate === undefined ? {} : { candidate }),
      versions: all,
      providers: [],
    });
  }
  for (const name of names.filter((each) => !answer.has(each)).slice(0, MOST_VIRTUAL)) {
    const found = parsed(await repoquery(tools, [OFFER_FORMAT, "--whatprovides", name], signal));
    const providers = [...found.keys()].filter((each) => !each.includes(":")).sort();
    if (providers.length > 0) answer.set(name, { versions: [], providers });
  }
  return answer;
}

function repoquery(tools: BackendTools, args: readonly string[], signal: AbortSignal) {
  const argv = [
    "dnf",
    ...(tools.image?.options ?? []),
    "-q",
    "repoquery",
    "--qf",
    ...args,
  ] as const;
  return answerOf(tools, { argv, environment: ENVIRONMENT, timeoutMs: QUERY_MS }, signal);
}

function parsed(output: string): ReadonlyMap<string, PackageCandidate> {
  return understood("dnf repoquery", () => parseOffers(output), "");
}

function runStep(
  tools: BackendTools,
  step: PackageStep,
  { task }: StepOptions,
  signal: AbortSignal,
): Promise<StepEnd> {
  const command = dnfCommand(step, tools.image?.options ?? []);
  const isLasting = step.type === "change";
  return runCommand(tools, { ...command, environment: ENVIRONMENT, isLasting, task }, signal);
}

/** `--assumeno` and `-y` contradict each other. */
function withoutYes([program, ...args]: readonly [string, ...string[]]): readonly [
  string,
  ...string[],
] {
  return [program, ...args.filter((argument) => argument !== "-y")];
}

function understood<T>(program: string, parse: () => T, said: string): T {
  try {
    return parse();
  } catch (error) {
    throw failed(program, `${toFault(error).message} ${said}`.trim(), error);
  }
}
