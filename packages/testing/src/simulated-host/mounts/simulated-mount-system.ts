import { mountAt, type Mounted, throwIfAborted } from "@holdfast/core";
import {
  devicePath,
  mountsIn,
  type MountSystem,
  type MountToolRun,
  watchUntil,
} from "@holdfast/host";
import type { SimulatedFileSystem } from "../kernel/disk/inode.ts";
import type { SimulatedKernel } from "../kernel/kernel.ts";
import { type MountWords, readMountWords, tmpfsOptions } from "./mount-words.ts";
import { SimulatedSwaps } from "./simulated-swaps.ts";
import { ended, optionOf, type ToolEnd } from "./tool-end.ts";

/** mount(8) and umount(8) end so, whatever the reason. */
const FAILURE = 32;
/** File systems on devices that this kernel knows. */
const DISK_TYPES = ["ext4", "xfs", "btrfs", "vfat"];
const MOST_LINKS = 8;

/** Mounts of a simulated kernel, and the programs that change them. */
export class SimulatedMountSystem implements MountSystem {
  readonly isLive: boolean;
  readonly swapAreas: SimulatedSwaps;
  /** Mount points that somebody uses, with who it is. */
  readonly holders = new Map<string, { readonly pid: number; readonly program: string }>();
  /** What was run so far, as command lines. */
  readonly runs: string[] = [];
  readonly #root: string;
  readonly #kernel: SimulatedKernel;
  readonly #disks = new Map<string, SimulatedFileSystem>();

  constructor(kernel: SimulatedKernel, { root }: { readonly root: string }) {
    this.#kernel = kernel;
    this.#root = root;
    this.isLive = root === "/";
    this.swapAreas = new SimulatedSwaps(kernel);
  }

  async mountInfo(): Promise<string> {
    return this.#kernel.calls.mountInfo();
  }

  /** What is mounted now. */
  mounted(): readonly Mounted[] {
    return mountsIn(this.#kernel.calls.mountInfo());
  }

  async swaps(): Promise<string> {
    return this.swapAreas.text();
  }

  async run(run: MountToolRun, signal: AbortSignal): Promise<ToolEnd> {
    throwIfAborted(signal);
    return this.runNow(run);
  }

  /** For whom no time passes. */
  runNow(run: MountToolRun): ToolEnd {
    this.runs.push([run.tool, ...run.options, ...run.operands].join(" "));
    switch (run.tool) {
      case "mount":
        return this.#mount(run);
      case "umount":
        return this.#unmount(run);
      default:
        return this.swapAreas.run({ ...run, operands: this.#placed(run) });
    }
  }

  #placed({ operands, isOnMachine }: MountToolRun): readonly string[] {
    if (this.isLive || isOnMachine === true) return operands;
    return operands.map((operand) => (operand.startsWith("/") ? this.#root + operand : operand));
  }

  async holdersOf(mountPoint: string) {
    const holder = this.holders.get(mountPoint);
    return holder === undefined ? [] : [holder];
  }

  async watch(hear: () => void) {
    return watchUntil(this.#kernel.onMounts(hear));
  }

  #mount(run: MountToolRun): ToolEnd {
    const [source = "", point = ""] = run.operands;
    const words = readMountWords((optionOf(run, "-o") ?? "").split(",").filter((word) => word));
    if (words.isRemount) return this.#remount(point, words);
    if (this.#kernel.inspect.stat(point) === undefined) {
      return ended(FAILURE, `mount: ${point}: mount point does not exist.`);
    }
    const { isReadOnly, own } = words;
    if (words.isBind) {
      if (this.#kernel.inspect.stat(source) === undefined) return ended(FAILURE, "no such source");
      this.#kernel.mount(point, {
        source: { type: "bind", path: source },
        isReadOnly,
        options: own,
      });
      return ended(0);
    }
    const type = optionOf(run, "-t");
    const name = this.#canonical(source);
    const fileSystem = this.#fileSystemOf(name, type);
    if (fileSystem === undefined) return ended(FAILURE, `mount: ${point}: wrong fs type`);
    if (!showOptions(fileSystem, words.others)) return ended(FAILURE, "bad option");
    fileSystem.isReadOnly = isReadOnly;
    const shown = { source: { type: "file-system", fileSystem }, name } as const;
    this.#kernel.mount(point, { ...shown, isReadOnly, options: own });
    return ended(0);
  }

  #remount(point: string, words: MountWords): ToolEnd {
    const top = this.#topmost(point);
    if (top === undefined) return ended(FAILURE, `mount: ${point}: mount point not mounted`);
    const fileSystem = this.#kernel.fileSystemAt(point);
    if (!words.isBind) {
      if (!showOptions(fileSystem, words.others)) return ended(FAILURE, "bad option");
      fileSystem.isReadOnly = words.isReadOnly;
    }
    this.#kernel.remount(point, { isReadOnly: words.isReadOnly, options: words.own });
    return ended(0);
  }

  #unmount({ operands: [point = ""], options }: MountToolRun): ToolEnd {
    const top = this.#topmost(point);
    if (top === undefined) return ended(FAILURE, `umount: ${point}: not mounted.`);
    const inner = this.mounted().filter(({ id, parentId }) => parentId === top.id && id !== top.id);
    const isLazy = options.includes("--lazy");
    if (!isLazy && (inner.length > 0 || this.holders.has(point))) {
      return ended(FAILURE, `umount: ${point}: target is busy.`);
    }
    for (const mount of inner.toReversed()) this.#kernel.unmount(mount.mountPoint);
    this.#kernel.unmount(point);
    return ended(0);
  }

  #topmost(point: string) {
    const mount = mountAt(this.mounted(), point);
    return mount?.mountPoint === point ? mount : undefined;
  }

  /** What a device holds stays when it is unmounted; a tmpfs is a new one each time. */
  #fileSystemOf(source: string, type: string | undefined): SimulatedFileSystem | undefined {
    if (type === "tmpfs") return this.#kernel.makeDisk("tmpfs");
    if (this.#kernel.inspect.stat(source) === undefined) return undefined;
    const known = this.#disks.get(source) ?? this.#kernel.makeDisk(type ?? "ext4");
    const isKnown = DISK_TYPES.includes(known.type);
    const isAsked = type === undefined || type === "auto" || type === known.type;
    if (!isKnown || !isAsked) return undefined;
    this.#disks.set(source, known);
    return known;
  }

  #canonical(source: string): string {
    let path = devicePath(source);
    for (let links = 0; path !== undefined && links < MOST_LINKS; links++) {
      const target = this.#kernel.inspect.linkTarget(path);
      if (target === undefined) return path;
      path = linkedPath(path, target);
    }
    return source;
  }
}

/** Where a symbolic link leads. */
function linkedPath(link: string, target: string): string {
  const parts = target.startsWith("/") ? [] : link.split("/").slice(1, -1);
  for (const part of target.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}

/** @returns false when the file system does not take them. */
function showOptions(fileSystem: SimulatedFileSystem, words: readonly string[]): boolean {
  if (fileSystem.type !== "tmpfs") {
    fileSystem.shownOptions = words;
    return true;
  }
  const shown = tmpfsOptions(words);
  if (shown === undefined) return false;
  const names = new Set(shown.map((word) => word.split("=")[0]));
  const kept = (fileSystem.shownOptions ?? []).filter((word) => !names.has(word.split("=")[0]));
  fileSystem.shownOptions = [...kept, ...shown];
  return true;
}
