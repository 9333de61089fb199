import { type Dir, existsSync, opendirSync, readFileSync, readlinkSync } from "node:fs";
import { stat } from "node:fs/promises";
import type { Clock } from "@holdfast/core";
import { codeOf } from "../../system/error-code.ts";
import { parseDescriptorInfo } from "./process-files.ts";

/** The loop gets a turn after this. */
const SLICE_MS = 1;
/** Reading the clock costs as much as reading a descriptor. */
const OBSERVATIONS_BETWEEN_TIMES = 8;
/** Of work, not of waiting. */
const LONGEST_SCAN_MS = 1_000;
const DELETED = " (deleted)";

/** A file that somebody may have open. */
export interface WantedFile {
  /** As this process names it. */
  readonly path: string;
  /** What is at the path now; `undefined` when nothing is. */
  readonly device: number | undefined;
  readonly inode: number | undefined;
}

/** A process that has a wanted file open for writing. */
export interface Holder {
  readonly pid: number;
  readonly path: string;
  /** It has open what was at the path before. */
  readonly isReplaced: boolean;
}

/** What a scan of all processes found. */
export interface HolderScan {
  readonly holders: readonly Holder[];
  /** Why there may be more. */
  readonly gap: string | undefined;
}

/**
 * Searches the open descriptors of every process in /proc for those that write to one of these files, by name, and
 * by device and inode where a process has other names for them: in another mount namespace. Only links of the kernel's
 * own are read, none is followed but to learn its inode. Memory maps are not read, because reading them waits for
 * the process.
 */
export async function findHolders(
  wanted: readonly WantedFile[],
  clock: Clock,
  signal: AbortSignal,
): Promise<HolderScan> {
  const search = new Search(wanted, clock, signal);
  return search.run();
}

class Search {
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #paths: ReadonlyMap<string, WantedFile>;
  readonly #inodes: ReadonlyMap<number, WantedFile>;
  readonly #ownMounts = linkOf("/proc/self/ns/mnt");
  readonly #holders: Holder[] = [];
  /** Descriptors whose inode number is that of a wanted file, still to be compared by device. */
  readonly #likely: { readonly pid: number; readonly link: string; readonly file: WantedFile }[] =
    [];
  #denied = 0;
  #observations = 0;
  #sliceBeganMs: number;
  #spentMs = 0;

  constructor(wanted: readonly WantedFile[], clock: Clock, signal: AbortSignal) {
    this.#clock = clock;
    this.#signal = signal;
    this.#paths = new Map(wanted.map((file) => [file.path, file]));
    this.#inodes = new Map(
      wanted.flatMap((file) => (file.inode === undefined ? [] : [[file.inode, file]])),
    );
    this.#sliceBeganMs = clock.monotonicMs();
  }

  async run(): Promise<HolderScan> {
    const processes = openDirectory("/proc");
    if (typeof processes === "string") return { holders: [], gap: "there is no /proc here" };
    using _closing = closing(processes);
    for (let entry = processes.readSync(); entry !== null; entry = processes.readSync()) {
      const pid = Number(entry.name);
      if (Number.isInteger(pid) && pid !== process.pid) await this.#investigate(pid);
      await this.#pause();
      if (this.#isOver()) break;
    }
    await this.#compareDevices();
    return { holders: this.#holders, gap: this.#gap() };
  }

  async #investigate(pid: number): Promise<void> {
    const descriptors = openDirectory(`/proc/${pid}/fd`);
    if (descriptors === "denied") this.#denied += 1;
    if (typeof descriptors === "string") return;
    using _closing = closing(descriptors);
    const sharesNames = linkOf(`/proc/${pid}/ns/mnt`) === this.#ownMounts;
    try {
      for (let entry = descriptors.readSync(); entry !== null; entry = descriptors.readSync()) {
        this.#observedAt(pid, entry.name, sharesNames);
        this.#observations += 1;
        if (this.#observations % OBSERVATIONS_BETWEEN_TIMES === 0) await this.#pause();
        if (this.#isOver()) return;
      }
    } catch (error) {
      // It ended while it was read.
      if (codeOf(error) === undefined) throw error;
    }
  }

  #observedAt(pid: number, descriptor: string, sharesNames: boolean): void {
    const link = `/proc/${pid}/fd/${descriptor}`;
    const target = linkOf(link);
    if (target?.startsWith("/") !== true) return;
    if (!sharesNames) {
      this.#observeOutsider(pid, descriptor, target);
      return;
    }
    const isReplaced = target.endsWith(DELETED) && !this.#paths.has(target);
    const path = isReplaced ? target.slice(0, -DELETED.length) : target;
    if (!this.#paths.has(path)) return;
    if (descriptorInfo(pid, descriptor).isWritable) this.#holders.push({ pid, path, isReplaced });
  }

  #observeOutsider(pid: number, descriptor: string, target: string): void {
    if (target.startsWith("/dev/") || target.startsWith("/proc/")) return;
    const { isWritable, inode } = descriptorInfo(pid, descriptor);
    const file = inode === undefined ? undefined : this.#inodes.get(inode);
    if (!isWritable || file === undefined) return;
    this.#likely.push({ pid, link: `/proc/${pid}/fd/${descriptor}`, file });
  }

  async #compareDevices(): Promise<void> {
    for (const { pid, link, file } of this.#likely) {
      const entry = await stat(link).catch(() => undefined);
      if (entry === undefined || entry.dev !== file.device || entry.ino !== file.inode) continue;
      this.#holders.push({ pid, path: file.path, isReplaced: false });
    }
  }

  async #pause(): Promise<void> {
    const now = this.#clock.monotonicMs();
    if (now - this.#sliceBeganMs < SLICE_MS) return;
    this.#spentMs += now - this.#sliceBeganMs;
    await this.#clock.yieldTurn();
    this.#sliceBeganMs = this.#clock.monotonicMs();
  }

  #isOver(): boolean {
    return this.#signal.aborted || this.#spentMs > LONGEST_SCAN_MS;
  }

  #gap(): string | undefined {
    if (this.#isOver()) return "there are too many to check all of them";
    // A /proc that hides other users' processes (hidepid=2) hides the first one too.
    if (this.#denied === 0) {
      return existsSync("/proc/1")
        ? undefined
        : "processes of other users are hidden from this user";
    }
    return `those of ${this.#denied} processes of other users are hidden from this user`;
  }
}

function openDirectory(path: string): Dir | "denied" | "gone" {
  try {
    return opendirSync(path, { bufferSize: 64 });
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    return code === "EACCES" || code === "EPERM" ? "denied" : "gone";
  }
}

function closing(directory: Dir): Disposable {
  return { [Symbol.dispose]: () => directory.closeSync() };
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return undefined;
  }
}

function descriptorInfo(pid: number, descriptor: string) {
  try {
    return parseDescriptorInfo(readFileSync(`/proc/${pid}/fdinfo/${descriptor}`, "utf8"));
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return { isWritable: false, inode: undefined };
  }
}
