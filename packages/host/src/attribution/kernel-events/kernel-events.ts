import { closeSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path/posix";
import type { Clock } from "@holdfast/core";
import { codeOf } from "../../system/error-code.ts";
import type { WatchRecorder } from "../../watch/watch-recorder.ts";
import { commandOf, observeProcess, type SeenProcess } from "../processes/observe-process.ts";
import type { UserNames } from "../processes/users.ts";
import { type Fanotify, openFanotify } from "./fanotify-calls.ts";
import { type FanotifyEvent, parseFanotifyEvents } from "./fanotify-events.ts";
import { RecentWriters, type Writer } from "./recent-writers.ts";

/** The loop gets a turn after this. */
const SLICE_MS = 2;
/** A number is not given to another process this soon. */
const PROCESS_KEPT_MS = 2_000;
/** Processes that are remembered for that long. */
const MOST_PROCESSES = 256;

/** What the kernel says of a change. */
export type WriterFinding =
  | { readonly type: "found"; readonly writer: Writer }
  | { readonly type: "nothing" }
  | { readonly type: "incomplete"; readonly detail: string };

/** What listening to the kernel needs. */
export interface KernelEventsOptions {
  readonly clock: Clock;
  readonly userNames: UserNames;
  /** Default: the machine's. */
  readonly open?: () => Promise<Fanotify | string>;
}

/**
 * Receives from the kernel which process changes entries of the watched directories, and observes the process
 * at once, while it is there. The same change wakes the watches, so nobody has to wait for these events: they are read
 * when a watch was triggered, and when somebody asks. Needs root and Linux 5.15; without them, it says so.
 */
export class KernelEvents implements WatchRecorder, Disposable {
  readonly #options: KernelEventsOptions;
  readonly #writers = new RecentWriters();
  /** By number; a process that was observed a moment ago is not observed again. */
  readonly #processes = new Map<number, Writer>();
  /** By the key of a directory: its paths, and how many attend each. */
  readonly #directories = new Map<string, Map<string, number>>();
  /** Paths of attended directories whose file system does not tell. */
  readonly #silent = new Map<string, number>();
  #source: Fanotify | undefined;
  #refusal = "nobody listens yet";
  #starting: Promise<void> | undefined;
  /** This turn's events have been read; more may come. */
  #isTurnOpen = false;
  #lostAtMs = Number.NEGATIVE_INFINITY;
  #isOver = false;

  constructor(options: KernelEventsOptions) {
    this.#options = options;
  }

  start(): Promise<void> {
    this.#starting ??= this.#open();
    return this.#starting;
  }

  attend(directory: string): () => void {
    const key = this.#source?.mark(directory);
    const paths =
      key === undefined ? this.#silent : (this.#directories.get(key) ?? new Map<string, number>());
    if (key !== undefined) this.#directories.set(key, paths);
    paths.set(directory, (paths.get(directory) ?? 0) + 1);
    return () => {
      const left = (paths.get(directory) ?? 1) - 1;
      if (left > 0) paths.set(directory, left);
      else paths.delete(directory);
      if (key === undefined || paths.size > 0 || this.#directories.get(key) !== paths) return;
      this.#directories.delete(key);
      this.#source?.unmark(directory, key);
    };
  }

  /** The first event of a turn reads what there is; the end of the turn reads what came meanwhile. */
  trigger(): void {
    if (this.#isTurnOpen || this.#source === undefined) return;
    this.#isTurnOpen = true;
    this.#drain();
    this.#drainLater();
  }

  /** Who changed one of these paths of the machine last, if at or after `sinceMs`, monotonic. */
  writerOf(paths: readonly string[], sinceMs: number): WriterFinding {
    this.#drain();
    const writer = this.#writers.last(paths, sinceMs);
    if (writer !== undefined) return { type: "found", writer };
    const detail = this.#gapFor(paths, sinceMs);
    return detail === undefined ? { type: "nothing" } : { type: "incomplete", detail };
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    this.#source?.[Symbol.dispose]();
    this.#source = undefined;
    this.#refusal = "nobody listens any more";
  }

  async #open(): Promise<void> {
    const opened = await (this.#options.open ?? openFanotify)();
    if (typeof opened === "string") this.#refusal = opened;
    else if (this.#isOver) opened[Symbol.dispose]();
    else this.#source = opened;
  }

  #drainLater(): void {
    setImmediate(() => {
      if (this.#drain()) this.#isTurnOpen = false;
      else this.#drainLater();
    });
  }

  /** Reads pending events, for one slice of time; false when there may be more. */
  #drain(): boolean {
    const { clock } = this.#options;
    const beganMs = clock.monotonicMs();
    for (;;) {
      const bytes = this.#source?.read();
      if (bytes === undefined || bytes.length === 0) return true;
      for (const event of parseFanotifyEvents(bytes)) this.#take(event);
      if (clock.monotonicMs() - beganMs > SLICE_MS) return false;
    }
  }

  #take(event: FanotifyEvent): void {
    try {
      if (event.isOverflow) this.#lostAtMs = this.#options.clock.monotonicMs();
      const { pid, directory, name } = event;
      if (pid === process.pid || directory === undefined || name === undefined) return;
      const paths = this.#directories.get(directory);
      if (paths === undefined) return;
      const writer = this.#writerIn(event);
      if (writer.seen?.isOurs === true) return;
      for (const path of paths.keys()) this.#writers.note(entryPath(path, name), writer);
    } finally {
      if (event.processDescriptor !== undefined) closeSync(event.processDescriptor);
    }
  }

  #writerIn({ pid, processDescriptor }: FanotifyEvent): Writer {
    const atMs = this.#options.clock.monotonicMs();
    const known = this.#processes.get(pid);
    if (known?.seen !== undefined && atMs - known.atMs < PROCESS_KEPT_MS) return { ...known, atMs };
    const seen = this.#observedAt(pid, processDescriptor);
    const command =
      seen === undefined ? Promise.resolve(undefined) : commandOf(pid, seen.startedTicks);
    const writer = { pid, seen, command, atMs };
    this.#processes.delete(pid);
    this.#processes.set(pid, writer);
    const [oldest] = this.#processes.keys();
    if (this.#processes.size > MOST_PROCESSES && oldest !== undefined) {
      this.#processes.delete(oldest);
    }
    return writer;
  }

  /** While the descriptor still names a process, its number was that process's all along. */
  #observedAt(pid: number, processDescriptor: number | undefined): SeenProcess | undefined {
    if (processDescriptor === undefined || pid <= 0) return undefined;
    const seen = observeProcess(pid, this.#options);
    return isStill(processDescriptor, pid) ? seen : undefined;
  }

  #gapFor(paths: readonly string[], sinceMs: number): string | undefined {
    if (this.#source === undefined) return this.#refusal;
    if (this.#lostAtMs >= sinceMs) return "more happened than the kernel kept";
    const silent = paths.find((path) => this.#silent.has(dirname(path)));
    return silent === undefined
      ? undefined
      : `the file system of ${dirname(silent)} does not tell who writes`;
  }
}

function entryPath(directory: string, name: string): string {
  return name === "." ? directory : join(directory, name);
}

/** Whether a pidfd is still that of a process with this number: the kernel says -1 when it was reaped. */
function isStill(processDescriptor: number, pid: number): boolean {
  try {
    const text = readFileSync(`/proc/self/fdinfo/${processDescriptor}`, "utf8");
    return /^Pid:\s*(-?\d+)$/m.exec(text)?.[1] === String(pid);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return false;
  }
}
