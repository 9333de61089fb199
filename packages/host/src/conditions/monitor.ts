import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { abortFault, type Clock, Fault, throwIfAborted, type Watch } from "@holdfast/core";
import { signalGroup } from "../processes/tree/process-group.ts";
import { spawnFault } from "../processes/spawn-fault.ts";
import { dyingWithUs } from "./dying-with-us.ts";
import { systemEnvironment } from "../processes/system-environment.ts";

/** A child that has not begun to listen by then never will. */
const READY_WITHIN_MS = 5_000;
const READY_POLL_MS = 5;
/** Of what it says of its failure. */
const MOST_ERROR_CHARACTERS = 300;

/** A program that writes something whenever the kernel tells it of a change. */
export interface MonitorOptions {
  readonly argv: readonly [string, ...string[]];
  /** The subject that is not watched without it, for people: `mounts`. */
  readonly subject: string;
  /** What to install where the program is missing. */
  readonly package: string;
  /** Whether the process has subscribed with the kernel: what happens from now on it will tell. */
  readonly isListening: (pid: number) => boolean;
  readonly hear: () => void;
  readonly clock: Clock;
}

/**
 * Runs the program until the watch is disposed of. Resolves when it listens, so that an observation after that misses
 * nothing; what it writes is not read but for being there.
 * @throws {Fault} WatchFailed, when it is missing, ends, or does not listen in time; Aborted.
 */
export async function openMonitor(options: MonitorOptions, signal: AbortSignal): Promise<Watch> {
  throwIfAborted(signal);
  const child = await start(options);
  const monitor = new Monitor(child, options);
  try {
    await monitor.listening(signal);
    return monitor;
  } catch (error) {
    await monitor[Symbol.asyncDispose]();
    throw error;
  }
}

async function start({ argv, subject, package: name }: MonitorOptions): Promise<ChildProcess> {
  const [program, ...args] = dyingWithUs(argv);
  try {
    // A group of its own: Ctrl-C in a terminal is for the agent alone, which then stops in its order.
    const child = spawn(program, args, {
      cwd: "/",
      env: systemEnvironment,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    await once(child, "spawn");
    return child;
  } catch (error) {
    const { message } = await spawnFault(program, "/", error);
    throw new Fault({
      reason: "WatchFailed",
      message: `changes of ${subject} cannot be watched: ${message}`,
      resolution: `Install ${name}; until then they are observed again and again.`,
      cause: error,
    });
  }
}

/** The child process and its end. */
class Monitor implements Watch {
  readonly #child: ChildProcess;
  readonly #options: MonitorOptions;
  readonly #ended = Promise.withResolvers<Fault | undefined>();
  readonly #gone: Promise<unknown>;
  #said = "";
  #isOver = false;

  constructor(child: ChildProcess, options: MonitorOptions) {
    this.#child = child;
    this.#options = options;
    this.#gone = once(child, "close");
    child.stdout?.on("data", () => {
      if (!this.#isOver) options.hear();
    });
    child.stderr?.on("data", (chunk: Buffer) => {
      this.#said = (this.#said + chunk.toString()).slice(0, MOST_ERROR_CHARACTERS);
    });
    child.on("error", () => {});
    void this.#gone.then(() => this.#end(this.#endedFault()));
  }

  get ended(): Promise<Fault | undefined> {
    return this.#ended.promise;
  }

  /** Resolves when the child has subscribed. */
  async listening(signal: AbortSignal): Promise<void> {
    const { pid } = this.#child;
    const { clock, isListening } = this.#options;
    const deadlineMs = clock.monotonicMs() + READY_WITHIN_MS;
    while (pid === undefined || !isListening(pid)) {
      if (signal.aborted) throw abortFault(signal);
      if (this.#isOver) throw this.#endedFault();
      if (clock.monotonicMs() >= deadlineMs) throw this.#lateFault();
      await new Promise<void>((resolve) => clock.schedule(READY_POLL_MS, resolve));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end(undefined);
    // Our own until it was waited for, so the number is nobody else's. It has nothing to lose.
    if (this.#child.pid !== undefined && this.#child.exitCode === null) {
      signalGroup(this.#child.pid, "SIGKILL");
    }
    await this.#gone;
  }

  #end(fault: Fault | undefined): void {
    this.#isOver = true;
    this.#ended.resolve(fault);
  }

  #endedFault(): Fault {
    const { argv, subject } = this.#options;
    const said = this.#said.trim().split("\n", 1)[0];
    const why = said === undefined || said === "" ? "" : `: ${said}`;
    return new Fault({
      reason: "WatchFailed",
      message: `changes of ${subject} are not watched: ${argv.join(" ")} ended${why}`,
      resolution: "None; it is started again, and they are observed again and again meanwhile.",
    });
  }

  #lateFault(): Fault {
    const { argv, subject } = this.#options;
    return new Fault({
      reason: "WatchFailed",
      message: `changes of ${subject} are not watched: ${argv.join(" ")} does not listen within ${READY_WITHIN_MS} ms`,
      resolution: "Let the agent read /proc of its own children; it is tried again.",
    });
  }
}
