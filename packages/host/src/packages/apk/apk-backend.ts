import {
  assert,
  type FileReader,
  type PackageDatabase,
  type PackageLockHolder,
  toFault,
  unreachable,
} from "@holdfast/core";
import { answerOf, type BackendTools, failed, listenTo, stampOf } from "../backend-tools.ts";
import { findFlock } from "../locks/flock-holders.ts";
import type { PackageBackend, PackageStep, StepEnd, StepOptions } from "../package-backend.ts";
import { runCommand } from "../runner/run-command.ts";
import { unreadable } from "../package-faults.ts";
import { parseInstalled, parsePolicy } from "./apk-answers.ts";
import { compareApkVersions } from "./compare-apk-versions.ts";

type Argv = readonly [string, ...string[]];

const NAME = /^[a-z0-9][a-z0-9+._-]{0,127}(?::[a-z0-9_]{1,32})?$/;
const INSTALLED = "/lib/apk/db/installed";
const WORLD = "/etc/apk/world";
const LOCK = "/lib/apk/db/lock";
const CACHE = "/var/cache/apk";
const CONFIGURATION = ["/etc/apk/repositories", "/etc/apk/repositories.d"];
const MOST_BYTES = 64 * 1024 * 1024;
const ENVIRONMENT = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" };

/**
 * apk's database, read in this process, and apk as the tool that changes it. Built to its documentation and tried on recorded
 * answers: not verified on a machine. A version that is asked for is pinned in `world`; what nothing needs any more goes with
 * what is removed, because apk knows no other way.
 */
export function apkBackend(tools: BackendTools): PackageBackend {
  const options = tools.image?.options ?? [];
  return {
    tool: "apk",
    namePattern: NAME,
    lacks: new Set(["hold", "replace-conffiles"]),
    read: (signal) => read(tools.files, signal),
    async query(names, signal) {
      const argv = ["apk", ...options, "policy", ...names.map(bareName)] as const;
      const output = await answerOf(tools, { argv, environment: ENVIRONMENT }, signal);
      const found = understood(() => parsePolicy(output));
      return new Map(
        names.flatMap((name) => {
          const policy = found.get(bareName(name));
          return policy === undefined || policy.versions.length === 0 ? [] : [[name, policy]];
        }),
      );
    },
    stamp: (of, signal) =>
      stampOf(
        tools,
        of === "sources"
          ? { replaced: [CACHE], edited: CONFIGURATION }
          : { replaced: [INSTALLED], edited: [] },
        signal,
      ),
    compareVersions: compareApkVersions,
    lockHolder: (signal) => lockHolder(tools.files, signal),
    // apk keeps what others need, and says so by leaving it there.
    foreseeRemovals: async (change) => change.remove,
    run: (step, { task }, signal) => runStep(tools, step, { task }, signal),
    transactionState: (task, signal) => tools.runner.state(task, signal),
    listen: (hear, signal) =>
      listenTo(
        tools,
        { installed: [INSTALLED, WORLD], available: [CACHE, ...CONFIGURATION] },
        hear,
        signal,
      ),
  };
}

async function read(files: FileReader, signal: AbortSignal): Promise<PackageDatabase> {
  const text = await readText(files, INSTALLED, signal);
  if (text === undefined) throw unreadable(INSTALLED, "is not there");
  const world = (await readText(files, WORLD, signal)) ?? "";
  try {
    return parseInstalled(text, world);
  } catch (error) {
    throw unreadable(INSTALLED, toFault(error).message, error);
  }
}

async function readText(
  files: FileReader,
  path: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const found = await files.read({ path, content: "bytes", maxBytes: MOST_BYTES }, signal);
  if (found.type === "unknown") throw unreadable(path, found.fault.message, found.fault);
  if (found.type === "absent") return undefined;
  return Buffer.from(found.value.bytes ?? []).toString("utf8");
}

async function lockHolder(
  files: FileReader,
  signal: AbortSignal,
): Promise<PackageLockHolder | undefined> {
  const found = await files.read({ path: LOCK, content: "none" }, signal);
  return found.type === "present" ? findFlock(LOCK, found.value.entry) : undefined;
}

async function runStep(
  tools: BackendTools,
  step: PackageStep,
  { task }: StepOptions,
  signal: AbortSignal,
): Promise<StepEnd> {
  const isLasting = step.type === "change" || step.type === "finish";
  let last: StepEnd = { exitCode: 0, output: "" };
  for (const argv of apkCommands(step, tools.image?.options ?? [])) {
    last = await runCommand(tools, { argv, environment: ENVIRONMENT, isLasting, task }, signal);
    if (last.exitCode !== 0) break;
  }
  return last;
}

/** The commands of a step, in order. apk adds and removes in two transactions; what is removed first is not in the way. */
export function apkCommands(step: PackageStep, options: readonly string[]): readonly Argv[] {
  const apk = ["apk", ...options, "--no-progress", "--no-interactive", "--wait", "30"] as const;
  switch (step.type) {
    case "refresh":
      return [[...apk, "update"]];
    case "finish":
      return [[...apk, "fix"]];
    case "mark-manual":
      return [[...apk, "add", ...step.names.map(bareName)]];
    case "change": {
      const { install, remove, isPurge } = step;
      const gone = [...(isPurge ? ["--purge"] : []), ...remove.map(bareName)];
      const added = install.map(({ name, version }) =>
        version === undefined ? bareName(name) : `${bareName(name)}=${version}`,
      );
      const commands: Argv[] = [];
      if (remove.length > 0) commands.push([...apk, "del", ...gone]);
      if (added.length > 0) commands.push([...apk, "add", ...added]);
      return commands;
    }
    case "hold":
    case "unhold":
      assert(false, `${step.type} is nothing that apk is asked for`);
      break;
    default:
      return unreachable(step);
  }
}

function bareName(name: string): string {
  return name.split(":", 1)[0] ?? name;
}

function understood<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw failed("apk policy", toFault(error).message, error);
  }
}
