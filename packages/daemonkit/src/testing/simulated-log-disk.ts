import { basename } from "node:path";
import type { LogCalls, LogFileCalls } from "../appendlog/log-calls.ts";
import { SimulatedLogFile } from "./simulated-log-file.ts";

/** What a call does when its number comes. */
export type Injection = "none" | "power-lost" | "fails-once" | "fails-always";

/** A read may give less than was asked for, and here it does. */
const LONGEST_READ_BYTES = 50_000;

/** A disk with one directory of log files. What was not synced may be lost when the power is. */
export class SimulatedLogDisk {
  readonly #files = new Map<string, SimulatedLogFile>();
  #callCount = 0;
  readonly #injection: Injection;
  readonly #atCall: number;
  /** How much one write takes at most; a real one may stop anywhere. */
  readonly #longestWriteBytes: number;

  constructor(injection: Injection = "none", atCall = 0, longestWriteBytes = 100) {
    this.#injection = injection;
    this.#atCall = atCall;
    this.#longestWriteBytes = longestWriteBytes;
  }

  /** A disk that has survived with some content in its file `log`. */
  static holding(content: Uint8Array): SimulatedLogDisk {
    const disk = new SimulatedLogDisk();
    disk.#files.set("log", SimulatedLogFile.holding(content));
    return disk;
  }

  get callCount(): number {
    return this.#callCount;
  }

  /** What a process that comes later finds, as long as the power stays; by name. */
  get contents(): ReadonlyMap<string, Uint8Array> {
    return new Map([...this.#files].map(([name, { content }]) => [name, content]));
  }

  /** The content of its only file, empty when there is none. */
  get content(): Uint8Array {
    return [...this.#files.values()].at(-1)?.content ?? new Uint8Array();
  }

  /** The files of which something may be lost, the oldest first. */
  get atRisk(): readonly string[] {
    return [...this.#files].filter(([, { isSafe }]) => !isSafe).map(([name]) => name);
  }

  /** The disk after the power was lost; `luckOf` a file, from 0 to 1, says how much of it is kept that was not synced. */
  afterPowerLoss(luckOf: (name: string) => number): SimulatedLogDisk {
    const after = new SimulatedLogDisk();
    for (const [name, file] of this.#files) {
      const content = file.afterPowerLoss(luckOf(name));
      if (content !== undefined) after.#files.set(name, SimulatedLogFile.holding(content));
    }
    return after;
  }

  /** The disk as the next process finds it when only the one before died. */
  afterKill(): SimulatedLogDisk {
    const after = new SimulatedLogDisk();
    for (const [name, content] of this.contents) {
      after.#files.set(name, SimulatedLogFile.holding(content));
    }
    return after;
  }

  readonly calls: LogCalls = {
    open: (path) => this.#step(() => this.#fileCalls(this.#file(basename(path)))),
    list: () => this.#step(() => [...this.#files.keys()]),
  };

  #file(name: string): SimulatedLogFile {
    const file = this.#files.get(name) ?? new SimulatedLogFile();
    this.#files.set(name, file);
    return file;
  }

  #fileCalls(file: SimulatedLogFile): LogFileCalls {
    return {
      sizeBytes: () => this.#step(() => file.content.length),
      read: (from, length) =>
        this.#step(() => file.content.slice(from, from + Math.min(length, LONGEST_READ_BYTES))),
      append: (bytes) =>
        this.#step(() => {
          const written = bytes.slice(0, this.#longestWriteBytes);
          file.append(written);
          return written.length;
        }),
      truncate: (sizeBytes) => this.#step(() => file.truncate(sizeBytes)),
      sync: () => this.#step(() => file.sync()),
      syncDirectory: () =>
        this.#step(() => {
          for (const each of this.#files.values()) each.hasDurableName = true;
        }),
      close: async () => {},
    };
  }

  async #step<T>(work: () => T): Promise<T> {
    this.#callCount += 1;
    const isHit = this.#callCount === this.#atCall;
    const isAfter = this.#callCount > this.#atCall;
    if (this.#injection === "fails-once" && isHit) throw diskError();
    if (this.#injection === "fails-always" && (isHit || isAfter)) throw diskError();
    // Nothing after the power is lost ever returns.
    if (this.#injection === "power-lost" && (isHit || isAfter)) await new Promise(() => {});
    return work();
  }
}

function diskError(): Error {
  return Object.assign(new Error("EIO: i/o error"), { code: "EIO" });
}
