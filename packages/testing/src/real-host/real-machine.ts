import { join } from "node:path";
import type { Clock, HostWriter, PathWatches } from "@holdfast/core";
import {
  createAccounts,
  createArchives,
  createCertificates,
  createCommands,
  createContainers,
  createGit,
  createPackages,
  createSystem,
  type GitOptions,
  expandInStreams,
  keepInFile,
  openFiles,
  openPathWatches,
  openRemoteFiles,
  openServices,
  readFacts,
  realAccounts,
  realClock,
  realFileCalls,
  sha256,
} from "@holdfast/host";
import { createSimulatedHost } from "../simulated-host/simulated-host.ts";
import { CallGate } from "../law-machines/call-gate.ts";
import { gatedCalls } from "../law-machines/gated-calls.ts";
import { gatedPorts } from "../law-machines/gated-ports.ts";
import type { LawMachine } from "../law-machines/law-machine.ts";
import { listedCommands } from "../law-machines/listed-commands.ts";
import { OneShotKeys } from "../law-machines/one-shot-keys.ts";
import type { Programs } from "../simulated-host/simulated-commands.ts";
import type { BuiltPackages } from "./packages/debian-source.ts";
import { openRealKernel } from "./real-kernel.ts";
import { openRealDirectory } from "./real-directory.ts";
import { type MachinePart, openWholeMachine } from "./whole-machine.ts";
import { openRealPackages } from "./packages/real-packages.ts";

/** Work that has not ended after this never will. */
const LIMIT_MS = 20_000;
/** A hint of a real watch comes within this, also on a busy machine. */
const HINT_MS = 5_000;
/** Hints that come at all come within so long of each other. */
const QUIET_MS = 4;
/** Likewise of a machine whose systemd tells of what others do. */
const MACHINE_QUIET_MS = 60;
/** From here on a wait is for something that hangs on purpose, and is cut short. */
const PATIENCE_MS = 1_000;
const HURRY = 100;

/** What is beyond a real machine. */
export interface RealMachineOptions {
  /** Bodies by URL: the network is not asked. */
  readonly downloads?: Readonly<Record<string, Uint8Array | string>>;
  /** The programs of this machine that may be run; what they do here is their own affair. Default: none. */
  readonly programs?: Programs;
  /** The whole of this machine, which must be disposable. Default: a temporary directory in it. */
  readonly machine?: MachinePart;
  /** Mounts of it are in a mount namespace of its own, where that may be made. Default: nothing is mounted. */
  readonly mountsLive?: boolean;
  /** It filters in a network namespace of its own, where that may be made. Default: nothing filters. */
  readonly firewallLive?: boolean;
  /** What the sources have. Default: no package tool is there. */
  readonly packages?: BuiltPackages;
}

/**
 * The real machine inside a temporary directory that goes away with it, or the whole of one that is thrown away: every
 * port but downloads is the agent's own, and only listed programs run.
 */
export function openRealMachine(options: RealMachineOptions = {}): LawMachine {
  const directory =
    options.machine === undefined ? openRealDirectory() : openWholeMachine(options.machine);
  const quietMs = options.machine === undefined ? QUIET_MS : MACHINE_QUIET_MS;
  const { root } = directory;
  const gate = new CallGate();
  const clock = hurried(realClock);
  // Mounts are read again after some time, so that on a busy machine that would be one call more.
  const { mountInfo } = realFileCalls;
  const calls = { ...gatedCalls(realFileCalls, gate), mountInfo };
  const remote = openRemoteFiles({ clock });
  const files = openFiles({ calls, root, clock, remote });
  const lookups = createAccounts({ clock, root });
  const real = createCommands({ clock, accounts: lookups, root, rootExec: "allowed" });
  const commands = listedCommands(real, options.programs ?? {});
  const { downloads } = createSimulatedHost({ clock, downloads: options.downloads ?? {} });
  const oneShots = new OneShotKeys();
  const hints = { count: 0 };
  const paths = countedWatches(openPathWatches({ clock: realClock, root }), hints);
  const accounts = realAccounts({ clock, root, files, paths, accounts: lookups });
  const taskDirectory = join(root, "run/holdfast/packages");
  const apt = options.packages && openRealPackages(root, options.packages);
  const packages = apt?.packages ?? createPackages({ clock, root, files, paths, taskDirectory });
  // What its port does with files is the affair of the port's own laws: here a call of it is one call.
  const ungated = openFiles({ calls: realFileCalls, root, clock: realClock, remote });
  const services = openServices({ clock: realClock, root, files: ungated, paths });
  const { mountsLive, firewallLive } = options;
  const kernel = openRealKernel({ root, files: ungated, mountsLive, firewallLive });
  const inRoot = portsOfRoot({ root, clock, files: ungated, accounts: lookups });
  const ofRoot = { ...kernel.ports, ...inRoot };
  const ungatedPorts = { accounts, commands, downloads, packages, services, ...ofRoot };
  const { facts, certificates } = inRoot;
  const own = { files, hash: sha256, oneShots: oneShots.through(gate), paths, facts, certificates };
  return {
    host: { ...gatedPorts(ungatedPorts, gate), ...own },
    gate,
    actor: { ...directory.actor, ...kernel.actor },
    changePackage: apt?.changePackage,
    oneShots,
    tree: () => [...(apt?.treeOf(directory.tree()) ?? directory.tree()), ...kernel.lines()],
    finish: (work) => withLimit(work),
    async settle() {
      await allDone(() => files[Symbol.asyncDispose]());
      await allHinted(hints, quietMs);
    },
    until,
    sleep: (delayMs) => pause(Math.min(delayMs, QUIET_MS)),
    async [Symbol.asyncDispose]() {
      const parts = [kernel, services, ungated, apt, files, remote, directory];
      for (const part of parts) await part?.[Symbol.asyncDispose]();
    },
  };
}

/** Ports over the root that have nothing to close. */
function portsOfRoot(
  parts: Omit<GitOptions, "scratchDirectory">,
): Pick<HostWriter, "system" | "git" | "facts" | "certificates" | "archives" | "containers"> {
  const { root = "/" } = parts;
  return {
    system: createSystem({ clock: realClock, root }),
    containers: createContainers({ clock: realClock, root }),
    git: createGit({ ...parts, scratchDirectory: join(root, "run/holdfast-git") }),
    facts: { read: () => readFacts({ root }) },
    certificates: createCertificates({ clock: realClock }),
    archives: createArchives({ keep: keepInFile, expand: expandInStreams }),
  };
}

/** Watches that count their hints. */
function countedWatches(paths: PathWatches, hints: { count: number }): PathWatches {
  return {
    watch: (watched, hear, signal) =>
      paths.watch(
        watched,
        (hint) => {
          hints.count += 1;
          hear(hint);
        },
        signal,
      ),
  };
}

/** What a law makes hang is given up by its caller sooner, so that a law over every call does not take minutes. */
function hurried(clock: Clock): Clock {
  return {
    monotonicMs: () => clock.monotonicMs(),
    wallMs: () => clock.wallMs(),
    yieldTurn: () => clock.yieldTurn(),
    schedule: (delayMs, callback) =>
      clock.schedule(delayMs < PATIENCE_MS ? delayMs : delayMs / HURRY, callback),
  };
}

async function withLimit<T>(work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const cancel = realClock.schedule(LIMIT_MS, () =>
    late.reject(new Error(`the work did not end within ${LIMIT_MS} ms`)),
  );
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    cancel();
  }
}

/**
 * Waits for what is in flight as long as it takes: on a busy machine that is longer than a clock in a hurry waits, which
 * shows in that waiting took its time. Waiting for nothing takes none.
 */
async function allDone(wait: () => PromiseLike<void>): Promise<void> {
  const limitMs = realClock.monotonicMs() + LIMIT_MS;
  for (let atMs = realClock.monotonicMs(); atMs < limitMs; atMs = realClock.monotonicMs()) {
    await wait();
    if (realClock.monotonicMs() - atMs < PATIENCE_MS / HURRY) return;
  }
}

/** Waits until no hint comes any more. */
async function allHinted(hints: { readonly count: number }, quietMs: number): Promise<void> {
  for (let before = -1; before !== hints.count; ) {
    before = hints.count;
    await pause(quietMs);
  }
}

async function until(isSo: () => boolean): Promise<boolean> {
  const endMs = realClock.monotonicMs() + HINT_MS;
  while (!isSo()) {
    if (realClock.monotonicMs() > endMs) return false;
    await pause(1);
  }
  return true;
}

function pause(delayMs: number): Promise<void> {
  return new Promise((resolve) => realClock.schedule(delayMs, resolve));
}
