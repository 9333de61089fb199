import {
  type FileReader,
  lastOutput,
  mountAt,
  type MountRequest,
  type MountState,
  type MountWriter,
  type SwapContent,
  type SwapRequest,
  type CommandResult,
} from "@holdfast/core";
import { watchUntil } from "../conditions/leaf-source.ts";
import type { MountSystem, MountToolRun } from "./mount-system.ts";
import { mountsIn, readMountState } from "./read-state.ts";
import { swapsIn } from "./swap-lines.ts";
import { busyFault, toolFault, unavailableFault } from "./tool-faults.ts";

/** A server that does not answer is given up after this. */
const MOUNT_TIMEOUT_MS = 90_000;
const UNMOUNT_TIMEOUT_MS = 30_000;
const SWAP_TIMEOUT_MS = 60_000;
/** What is swapped out comes back, and a large file is written. */
const LONG_TIMEOUT_MS = 600_000;
/** blkid(8): nothing that is known was found. */
const FOUND_NOTHING = 2;

/** What mounts are made of. */
export interface MountsParts {
  readonly system: MountSystem;
  /** Sees the same root. */
  readonly files: FileReader;
}

/** Mounts over what a machine offers; nothing is kept between two calls. */
export function createMounts({ system, files }: MountsParts): MountWriter {
  const run = async (request: MountToolRun, signal: AbortSignal): Promise<void> => {
    const result = await system.run(request, signal);
    if (result.exitCode !== 0) throw toolFault(request, result);
  };
  const live =
    <Request>(
      what: string,
      work: (request: Request, signal: AbortSignal) => Promise<void>,
    ): ((request: Request, signal: AbortSignal) => Promise<void>) =>
    async (request, signal) => {
      if (!system.isLive) throw unavailableFault(what);
      return work(request, signal);
    };
  return {
    read: (sources, signal): Promise<MountState> =>
      readMountState({ system, files }, sources, signal),
    swapContent: (path, signal) => swapContent({ system, files }, path, signal),
    async watch(hear, signal) {
      if (!system.isLive) return watchUntil(() => {});
      return system.watch(() => hear("mounts changed"), signal);
    },
    mount: live("mounting", (request, signal) => run(mountRun(request), signal)),
    remount: live("mounting", (request, signal) => run(remountRun(request), signal)),
    unmount: live("unmounting", (request, signal) => unmount(system, request, signal)),
    swapOn: live("swapping", (request, signal) => run(swapOnRun(request), signal)),
    swapOff: live("swapping", (path, signal) => swapOff(system, path, signal)),
    async formatSwap({ path, sizeBytes }, signal) {
      const operands = { operands: [path], isOnMachine: true, timeoutMs: LONG_TIMEOUT_MS };
      if (sizeBytes !== undefined) {
        // Where the file system cannot reserve space the C library writes it: the kernel swaps to no file with holes.
        const options = ["--posix", "--length", String(sizeBytes)];
        await run({ tool: "fallocate", options, ...operands }, signal);
      }
      await run({ tool: "mkswap", options: [], ...operands }, signal);
      await run({ tool: "sync", options: [], ...operands }, signal);
    },
  };
}

function mountRun({ source, mountPoint, type, options }: MountRequest): MountToolRun {
  return {
    tool: "mount",
    options: [...(type === undefined ? [] : ["-t", type]), ...optionWords(options)],
    operands: [source, mountPoint],
    timeoutMs: MOUNT_TIMEOUT_MS,
  };
}

/** With source and point mount(8) reads no fstab, and takes these options and no others. */
function remountRun({ source, mountPoint, options }: MountRequest): MountToolRun {
  return {
    tool: "mount",
    options: optionWords(["remount", ...options]),
    operands: [source, mountPoint],
    timeoutMs: MOUNT_TIMEOUT_MS,
  };
}

function optionWords(options: readonly string[]): readonly string[] {
  return options.length === 0 ? [] : ["-o", options.join(",")];
}

function swapOnRun({ path, priority }: SwapRequest): MountToolRun {
  return {
    tool: "swapon",
    options: priority === undefined ? [] : ["--priority", String(priority)],
    operands: [path],
    timeoutMs: SWAP_TIMEOUT_MS,
  };
}

async function swapOff(system: MountSystem, path: string, signal: AbortSignal): Promise<void> {
  const isActive = async (): Promise<boolean> =>
    swapsIn(await system.swaps()).some((swap) => swap.path === path);
  if (!(await isActive())) return;
  const request: MountToolRun = {
    tool: "swapoff",
    options: [],
    operands: [path],
    timeoutMs: LONG_TIMEOUT_MS,
  };
  const result = await system.run(request, signal);
  if (result.exitCode !== 0 && (await isActive())) throw toolFault(request, result);
}

/**
 * umount(8) ends with one exit code whatever keeps a file system mounted, so the mounts and processes of now are asked. A
 * detached one (`force`) is unmounted as soon as nobody uses it any more.
 */
async function unmount(
  system: MountSystem,
  { mountPoint, force }: { readonly mountPoint: string; readonly force: boolean },
  signal: AbortSignal,
): Promise<void> {
  const top = await topmost(system, mountPoint);
  if (top === undefined) return;
  const request = {
    tool: "umount",
    options: [],
    operands: [mountPoint],
    timeoutMs: UNMOUNT_TIMEOUT_MS,
  } as const;
  const result = await system.run(request, signal);
  if (result.exitCode === 0 || (await topmost(system, mountPoint))?.id !== top.id) return;
  if (!force) throw await whyBusy(system, mountPoint, result);
  const detach = { ...request, options: ["--lazy"] };
  const detached = await system.run(detach, signal);
  if (detached.exitCode !== 0) throw toolFault(detach, detached);
}

async function topmost(system: MountSystem, mountPoint: string) {
  const mount = mountAt(mountsIn(await system.mountInfo()), mountPoint);
  return mount?.mountPoint === mountPoint ? mount : undefined;
}

async function whyBusy(system: MountSystem, mountPoint: string, result: CommandResult) {
  const mounts = mountsIn(await system.mountInfo());
  const top = mountAt(mounts, mountPoint);
  const inner = mounts.filter(({ id, parentId }) => parentId === top?.id && id !== top.id);
  return busyFault(mountPoint, {
    inner: inner.map((mount) => mount.mountPoint),
    holders: await system.holdersOf(mountPoint),
    said: lastOutput(result).trim(),
  });
}

/** Of a file whose content nobody knows nothing may be lost; of a device blkid(8) knows what it knows. */
async function swapContent(
  { system, files }: MountsParts,
  path: string,
  signal: AbortSignal,
): Promise<SwapContent> {
  const probe = { tool: "blkid", operands: [path], timeoutMs: SWAP_TIMEOUT_MS } as const;
  const isSwap = await system.run(
    { ...probe, options: ["--probe", "--match-types", "swap"] },
    signal,
  );
  if (isSwap.exitCode === 0) return "swap";
  const reading = await files.read({ path, content: "none" }, signal);
  if (reading.type === "unknown") throw reading.fault;
  if (reading.type === "present" && reading.value.entry.type === "file") {
    return reading.value.entry.sizeBytes === 0 ? "blank" : "other";
  }
  const request = { ...probe, options: ["--probe"] };
  const anything = await system.run(request, signal);
  if (anything.exitCode === FOUND_NOTHING) return "blank";
  if (anything.exitCode === undefined) throw toolFault(request, anything);
  return "other";
}
