// Long because: it is the whole table of calls of a disk, and what a test may do to one.
import {
  DaemonFault,
  type LogCalls,
  type LogFileCalls,
  type LogReadCalls,
} from "@holdfast/daemonkit/appendlog";
import { diskError, errorOf } from "./disk-errors.ts";
import type { LogCall, LogDiskOptions } from "./log-disk-options.ts";
import { SimulatedLogFile } from "./simulated-log-file.ts";

/** A read may give less than was asked for, and here it does. */
const LONGEST_READ_BYTES = 50_000;

/** A disk with one directory of log files. What was not synced may be lost when the power is. */
export class SimulatedLogDisk {
  /** While true, nothing can be added to a file. */
  isFull = false;
  /** While true, nothing can be changed. */
  isReadOnly = false;
  readonly #options: LogDiskOptions;
  /** What a process sees, and what the disk knows of it. */
  readonly #names = new Map<string, SimulatedLogFile>();
  #durableNames = new Map<string, SimulatedLogFile>();
  readonly #obstacles = new Set<string>();
  #callCount = 0;
  #changeCount = 0;

  constructor(options: LogDiskOptions = {}) {
    this.#options = options;
  }

  /** A disk that has survived with some files, by name. */
  static holding(
    files: Readonly<Record<string, Uint8Array | string>>,
    options: LogDiskOptions = {},
  ): SimulatedLogDisk {
    const disk = new SimulatedLogDisk(options);
    for (const [name, content] of Object.entries(files)) disk.write(name, content);
    return disk;
  }

  get callCount(): number {
    return this.#callCount;
  }

  /** How often something was changed on it by its calls. */
  get changeCount(): number {
    return this.#changeCount;
  }

  /** What a process that comes later finds, as long as the power stays; by name. */
  get contents(): ReadonlyMap<string, Uint8Array> {
    return new Map([...this.#names].map(([name, { content }]) => [name, content]));
  }

  /** The content of a file that is certain to outlive a loss of power; empty when there is none. */
  durableText(name: string): string {
    return new TextDecoder().decode(this.#durableNames.get(name)?.durable);
  }

  /** What is not a file. */
  get obstacles(): ReadonlySet<string> {
    return this.#obstacles;
  }

  /** The content of a file, empty when there is none. Default: the newest one. */
  content(name = [...this.#names.keys()].at(-1) ?? ""): Uint8Array {
    return this.#names.get(name)?.content ?? new Uint8Array();
  }

  /** The same as text. */
  text(name?: string): string {
    return new TextDecoder().decode(this.content(name));
  }

  /** Somebody else puts a file there, durably. */
  write(name: string, content: Uint8Array | string): void {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    const file = new SimulatedLogFile(bytes);
    this.#names.set(name, file);
    this.#durableNames.set(name, file);
  }

  /** Somebody else removes a file, durably. */
  remove(name: string): void {
    this.#names.delete(name);
    this.#durableNames.delete(name);
  }

  /** Somebody else puts a directory there. */
  obstruct(name: string): void {
    this.remove(name);
    this.#obstacles.add(name);
  }

  /** The files of which something may be lost, the oldest first. */
  get atRisk(): readonly string[] {
    const isSafe = ([name, file]: readonly [string, SimulatedLogFile]): boolean =>
      file.isSynced && this.#durableNames.get(name) === file;
    return [...this.#names].filter((entry) => !isSafe(entry)).map(([name]) => name);
  }

  /**
   * The disk after the power was lost; `luckOf` a name, from 0 to 1, says how much is kept of its content that was not
   * synced, and from a half on, what the directory said of it last.
   */
  afterPowerLoss(luckOf: (name: string) => number, options?: LogDiskOptions): SimulatedLogDisk {
    const after = this.#emptied(options);
    for (const name of new Set([...this.#durableNames.keys(), ...this.#names.keys()])) {
      const luck = luckOf(name);
      const file = (luck < 0.5 ? this.#durableNames : this.#names).get(name);
      if (file !== undefined) after.write(name, file.afterPowerLoss(luck));
    }
    return after;
  }

  /** The disk as the next process finds it when only the one before died. */
  afterKill(options?: LogDiskOptions): SimulatedLogDisk {
    const after = this.#emptied(options);
    for (const [name, content] of this.contents) after.write(name, content);
    return after;
  }

  readonly calls: LogCalls = {
    open: (path) =>
      this.#step("open", () => {
        const found = this.#fileAt(nameOf(path));
        if (found !== undefined) return this.#fileCalls(nameOf(path), found);
        return this.#fileCalls(nameOf(path), this.#make(nameOf(path)));
      }),
    openToRead: (path) =>
      this.#step("openToRead", () => {
        const file = this.#fileAt(nameOf(path));
        return file === undefined ? undefined : this.#readCalls(file);
      }),
    create: (path) =>
      this.#step("create", () => {
        this.#fileAt(nameOf(path));
        return this.#fileCalls(nameOf(path), this.#make(nameOf(path)));
      }),
    remove: (path) =>
      this.#step("remove", () => {
        if (this.#names.delete(nameOf(path))) this.#change();
      }),
    moveObstacle: (from, to) =>
      this.#step("moveObstacle", () => {
        if (!this.#obstacles.delete(nameOf(from))) return false;
        this.#change();
        this.#obstacles.add(nameOf(to));
        return true;
      }),
    list: () => this.#step("list", () => [...this.#names.keys(), ...this.#obstacles]),
  };

  #emptied(options = this.#options): SimulatedLogDisk {
    const { injection: _, atCall: __, ...rest } = options;
    const after = new SimulatedLogDisk(options === this.#options ? rest : options);
    for (const name of this.#obstacles) after.#obstacles.add(name);
    return after;
  }

  #fileAt(name: string): SimulatedLogFile | undefined {
    if (!this.#obstacles.has(name)) return this.#names.get(name);
    throw new DaemonFault({
      reason: "PathUnsafe",
      message: `${name} is no regular file`,
      resolution: "Remove it.",
    });
  }

  #make(name: string): SimulatedLogFile {
    this.#change();
    const file = new SimulatedLogFile();
    this.#names.set(name, file);
    return file;
  }

  #readCalls(file: SimulatedLogFile): LogReadCalls {
    return {
      sizeBytes: () => this.#step("sizeBytes", () => file.sizeBytes),
      read: (from, length) =>
        this.#step("read", () => file.read(from, Math.min(length, LONGEST_READ_BYTES))),
      close: async () => {},
    };
  }

  #fileCalls(openedAs: string, file: SimulatedLogFile): LogFileCalls {
    const { longestWriteBytes = Number.POSITIVE_INFINITY } = this.#options;
    let name = openedAs;
    return {
      ...this.#readCalls(file),
      observe: () =>
        this.#step("observe", () => {
          const named = this.#names.get(name);
          const isGone = named === undefined && !this.#obstacles.has(name);
          const state = named === file ? "own" : isGone ? "gone" : "other";
          return { sizeBytes: file.sizeBytes, name: state };
        }),
      append: (bytes) =>
        this.#step("append", () => {
          if (this.isFull) throw diskError("ENOSPC", "no space left on device");
          this.#change();
          const written = bytes.slice(0, longestWriteBytes);
          file.append(written);
          return written.length;
        }),
      truncate: (sizeBytes) =>
        this.#step("truncate", () => {
          this.#change();
          file.truncate(sizeBytes);
        }),
      sync: () =>
        this.#step(
          "sync",
          () => file.sync(),
          () => file.failSync(),
        ),
      takeName: (path) =>
        this.#step("takeName", () => {
          this.#change();
          this.#names.delete(name);
          name = nameOf(path);
          this.#names.set(name, file);
        }),
      syncDirectory: () =>
        this.#step("syncDirectory", () => {
          this.#durableNames = new Map(this.#names);
        }),
    };
  }

  #change(): void {
    if (this.isReadOnly) throw diskError("EROFS", "read-only file system");
    this.#changeCount += 1;
  }

  async #before(call: LogCall): Promise<void> {
    try {
      await this.#options.before?.(call);
    } catch (error) {
      throw errorOf(call, error);
    }
  }

  async #step<T>(call: LogCall, work: () => T, onFailure?: () => void): Promise<T> {
    await this.#before(call);
    const { injection = "none", atCall = 0 } = this.#options;
    this.#callCount += 1;
    const isHit = this.#callCount === atCall;
    const isAfter = this.#callCount > atCall;
    const fails = injection === "fails-always" ? isHit || isAfter : isHit;
    if (fails && injection.startsWith("fails")) {
      onFailure?.();
      throw errorOf(call, diskError("EIO", "i/o error"));
    }
    // Nothing after the power is lost ever returns.
    if (injection === "power-lost" && (isHit || isAfter)) await new Promise(() => {});
    try {
      return work();
    } catch (error) {
      throw errorOf(call, error);
    }
  }
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
