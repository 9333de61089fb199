import { existsSync } from "node:fs";
import {
  type Clock,
  Fault,
  type FileReader,
  type PackageBackend as PackageBackendName,
  type PackageWriter,
  type PathWatches,
  unreachable,
} from "@holdfast/core";
import { findPackageBackend } from "../facts/facts.ts";
import { RootReader } from "../facts/root-reader.ts";
import { apkBackend } from "./apk/apk-backend.ts";
import { aptBackend } from "./apt/apt-backend.ts";
import type { BackendTools, PackageImage } from "./backend-tools.ts";
import type { PackageBackend } from "./package-backend.ts";
import { packagesOver } from "./packages-over.ts";
import { pacmanBackend } from "./pacman/pacman-backend.ts";
import { dnfBackend } from "./rpm/dnf-backend.ts";
import { ownSession } from "./runner/own-session.ts";
import { TaskFiles } from "./runner/task-files.ts";
import { transientUnit } from "./runner/transient-unit.ts";
import { zypperBackend } from "./zypper/zypper-backend.ts";

/** What the package port of the machine is made with. */
export interface PackagesOptions {
  readonly clock: Clock;
  /** Absolute. Default `/`. Under another one packages are read, and changed only when `image` says how. */
  readonly root?: string;
  /** Inside the root. */
  readonly files: FileReader;
  readonly paths: PathWatches;
  /** A directory of the agent's own for the output of transactions; made when it is missing, emptied by a boot. */
  readonly taskDirectory: string;
  /** Default: the first tool that is installed, as the facts say. */
  readonly tool?: PackageBackendName;
  /** How the tools are led into a root that is not the machine. */
  readonly image?: PackageImage;
}

/**
 * The packages of the machine, by the tool that is installed. Nothing is touched before a call, and a call that finds none
 * says UnsupportedPlatform.
 */
export function createPackages(options: PackagesOptions): PackageWriter {
  let found: PackageWriter | undefined;
  const packages = (): PackageWriter =>
    (found ??= packagesOver(findBackend(options), options.clock));
  return {
    read: async (signal) => packages().read(signal),
    candidates: async (names, signal) => packages().candidates(names, signal),
    areListsStale: async (signal) => packages().areListsStale(signal),
    compareVersions: (a, b) => packages().compareVersions(a, b),
    lockHolder: async (signal) => packages().lockHolder(signal),
    transactionState: async (task, signal) => packages().transactionState(task, signal),
    watch: async (sink, signal) => packages().watch(sink, signal),
    transact: async (request, run, signal) => packages().transact(request, run, signal),
  };
}

function findBackend(options: PackagesOptions): PackageBackend {
  const { root = "/", taskDirectory, tool, clock, ...others } = options;
  const name = tool ?? findPackageBackend(new RootReader(root));
  if (name === undefined) throw none(root);
  const files = new TaskFiles(taskDirectory);
  const isBooted = root === "/" && existsSync("/run/systemd/system");
  const runner = isBooted ? transientUnit(files, clock) : ownSession(files, clock);
  return createBackend(name, { clock, root, runner, ...others });
}

function createBackend(name: PackageBackendName, tools: BackendTools): PackageBackend {
  switch (name) {
    case "apt-get":
      return aptBackend(tools);
    case "dnf":
      return dnfBackend(tools);
    case "zypper":
      return zypperBackend(tools);
    case "apk":
      return apkBackend(tools);
    case "pacman":
      return pacmanBackend(tools);
    case "yum":
      throw none(tools.root);
    default:
      return unreachable(name);
  }
}

function none(root: string): Fault {
  return new Fault({
    reason: "UnsupportedPlatform",
    message: `no package tool that is known is installed under ${root}`,
    resolution: "Leave packages out here; those of apt, dnf, zypper, apk and pacman are known.",
  });
}
