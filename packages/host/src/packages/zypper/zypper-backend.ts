import {
  type FileReader,
  type PackageCandidate,
  type PackageDatabase,
  toFault,
} from "@holdfast/core";
import { answerOf, ask, type BackendTools, failed, listenTo, stampOf } from "../backend-tools.ts";
import { LockHolders } from "../locks/lock-holders.ts";
import { findPidLock } from "../locks/pid-locks.ts";
import type { PackageBackend, PackageStep, StepEnd, StepOptions } from "../package-backend.ts";
import { runCommand } from "../runner/run-command.ts";
import { unreadable } from "../package-faults.ts";
import { compareRpmVersions } from "../rpm/compare-rpm-versions.ts";
import { rpmDatabase } from "../rpm/installed-rpms.ts";
import {
  offersOf,
  parseAutoInstalled,
  parseLocks,
  parseRpms,
  parseSolvables,
  RPM_FORMAT,
} from "./zypper-answers.ts";
import { zypperCommand, zypperDryRun } from "./zypper-steps.ts";

const NAME = /^[A-Za-z0-9][A-Za-z0-9+._-]{0,127}(?::[a-z0-9_]{1,32})?$/;
const RPM = "/usr/lib/sysimage/rpm";
/** Not the write-ahead log of the database: who only reads touches that too. */
const DATABASES = ["rpmdb.sqlite", "Packages.db"].map((file) => `${RPM}/${file}`);
const AUTOMATIC = "/var/lib/zypp/AutoInstalled";
const LOCKED = "/etc/zypp/locks";
const PID_LOCKS = ["/run/zypp.pid"];
const CACHE = "/var/cache/zypp/solv";
const REPOSITORIES = "/etc/zypp/repos.d";
const CONFIGURATION = ["/etc/zypp/zypp.conf", LOCKED];
const MOST_BYTES = 16 * 1024 * 1024;
const MOST_VIRTUAL = 20;
/** Nothing was found; and what zypper only tells besides: reboot, restart, skipped repositories. */
const NOTHING_FOUND = 104;
const INFORMATION: ReadonlySet<number> = new Set([100, 101, 102, 103, 106]);

const ENVIRONMENT = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  LC_ALL: "C",
  ZYPP_LOCK_TIMEOUT: "30",
};

/**
 * rpm's database with libzypp's marks and locks, and zypper as the tool that changes it. Built to its documentation and tried
 * on recorded answers: not verified on a machine.
 */
export function zypperBackend(tools: BackendTools): PackageBackend {
  const rpmLocks = new LockHolders(tools.root, [`${RPM}/.rpm.lock`]);
  const options = tools.image?.options ?? [];
  return {
    tool: "zypper",
    namePattern: NAME,
    lacks: new Set(["replace-conffiles", "mark-manual"]),
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
      const argv = zypperDryRun(change, options);
      const { stdout, stderr } = await ask(tools, { argv, environment: ENVIRONMENT }, signal);
      const isShown = stdout.includes("<install-summary");
      if (!isShown) throw failed("zypper", `refuses the change: ${stderr || stdout}`.slice(0, 500));
      return understood(() => parseSolvables(stdout, "to-remove")).map(({ name }) => name);
    },
    run: (step, { task }, signal) => runStep(tools, step, { task }, signal),
    transactionState: (task, signal) => tools.runner.state(task, signal),
    listen: (hear, signal) =>
      listenTo(
        tools,
        { installed: [...DATABASES, AUTOMATIC], available: [CACHE, REPOSITORIES] },
        hear,
        signal,
      ),
  };
}

async function read(tools: BackendTools, signal: AbortSignal): Promise<PackageDatabase> {
  const argv = ["rpm", ...rootOf(tools), "-qa", "--qf", RPM_FORMAT] as const;
  const automatic = parseAutoInstalled(await readText(tools.files, AUTOMATIC, signal));
  const locked = parseLocks(await readText(tools.files, LOCKED, signal));
  try {
    const output = await answerOf(tools, { argv, environment: ENVIRONMENT }, signal);
    return rpmDatabase(parseRpms(output, { automatic, locked }), "rpm");
  } catch (error) {
    const fault = toFault(error);
    const isOurs = fault.reason === "PackageFailed" || fault.reason === "Internal";
    throw isOurs ? unreadable("the database of rpm", fault.message, fault) : fault;
  }
}

function rootOf({ root }: BackendTools): readonly string[] {
  return root === "/" ? [] : [`--root=${root}`];
}

async function readText(files: FileReader, path: string, signal: AbortSignal): Promise<string> {
  const found = await files.read({ path, content: "bytes", maxBytes: MOST_BYTES }, signal);
  if (found.type === "unknown") throw unreadable(path, found.fault.message, found.fault);
  if (found.type === "absent") return "";
  return Buffer.from(found.value.bytes ?? []).toString("utf8");
}

async function query(
  tools: BackendTools,
  names: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, PackageCandidate>> {
  const bare = [...new Set(names.map((name) => name.split(":")[0] ?? name))];
  const offers = await search(tools, ["--details", ...bare], signal);
  const answer = new Map<string, PackageCandidate>();
  for (const name of names) {
    const offer = offers.get(name);
    if (offer !== undefined) answer.set(name, offer);
  }
  for (const name of names.filter((each) => !answer.has(each)).slice(0, MOST_VIRTUAL)) {
    const found = await search(tools, ["--details", "--provides", name], signal);
    const providers = [...found.keys()].filter((each) => !each.includes(":")).sort();
    if (providers.length > 0) answer.set(name, { versions: [], providers });
  }
  return answer;
}

async function search(tools: BackendTools, args: readonly string[], signal: AbortSignal) {
  const zypper = [
    "zypper",
    ...(tools.image?.options ?? []),
    "--non-interactive",
    "--xmlout",
  ] as const;
  const kind = ["--no-refresh", "search", "--match-exact", "--type", "package"];
  const question = { argv: [...zypper, ...kind, ...args] as const, environment: ENVIRONMENT };
  const { exitCode, stdout, stderr } = await ask(tools, question, signal);
  if (exitCode === NOTHING_FOUND) return offersOf([]);
  if (exitCode !== 0) throw failed("zypper search", `failed: ${stderr || stdout}`.slice(0, 500));
  return offersOf(understood(() => parseSolvables(stdout)));
}

async function runStep(
  tools: BackendTools,
  step: PackageStep,
  { task }: StepOptions,
  signal: AbortSignal,
): Promise<StepEnd> {
  const argv = zypperCommand(step, tools.image?.options ?? []);
  const isLasting = step.type === "change";
  const command = { argv, environment: ENVIRONMENT, isLasting, task };
  const end = await runCommand(tools, command, signal);
  return isLasting && INFORMATION.has(end.exitCode ?? -1) ? { ...end, exitCode: 0 } : end;
}

function understood<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw failed("zypper", toFault(error).message, error);
  }
}
