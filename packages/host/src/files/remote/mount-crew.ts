import { abortFault, type Clock, Fault, throwIfAborted } from "@holdfast/core";
import { RemoteChild, type ChildQuestion } from "./remote-child.ts";
import { type RemoteMount, unresponsive } from "./remote-files.ts";
import type { RemoteAnswer, RemoteQuestion } from "./wire.ts";

/** How the children of a mount work. */
export interface CrewOptions {
  readonly clock: Clock;
  /** Program and arguments of a child. Default: the child's own. */
  readonly command: readonly [string, ...string[]] | undefined;
  /** A read that is not answered in this time is given up. */
  readonly timeoutMs: number;
  /** A write that does not get from one of its steps to the next in this time is given up. */
  readonly writeTimeoutMs: number;
}

/** A question, and how what a write made is checked on the way. */
export type CrewQuestion = Pick<ChildQuestion, "ask" | "check">;

/** A child, and how many wait for an answer of it. */
interface Worker {
  readonly child: RemoteChild;
  waiters: number;
}

/** A write that was stopped has so long to clear away what it began, before its child is killed. */
const STOP_GRACE_MS = 1_000;
/** A child that nobody asks anything is let go after this: it holds some 40 MB. */
const IDLE_MS = 5_000;
/** So many children may hang beside the one that is asked. */
const MOST_HANGING = 2;

/**
 * The children that work on one mount: one that is asked, started when it is needed and let go when it is not. One that
 * owes an answer for too long is asked nothing more, and is killed when nobody waits for another answer of it. A child
 * that hangs in the kernel cannot even be killed; until it is gone the mount counts as unresponsive at once, so that such
 * children do not pile up.
 */
export class MountCrew {
  readonly #options: CrewOptions;
  readonly #mount: RemoteMount;
  readonly #hanging = new Set<Worker>();
  #asked: Worker | undefined;
  #cancelIdle = (): void => {};

  constructor(mount: RemoteMount, options: CrewOptions) {
    this.#mount = mount;
    this.#options = options;
  }

  /** The answer, or the fault that the mount or the child is to blame for. @throws {Fault} Aborted. */
  async ask(question: CrewQuestion, signal: AbortSignal): Promise<RemoteAnswer | Fault> {
    throwIfAborted(signal);
    if (this.#isHopeless()) return unresponsive(this.#mount);
    // What is asked now keeps the child.
    this.#cancelIdle();
    const worker = (this.#asked ??= this.#start());
    worker.waiters += 1;
    const ended = Promise.withResolvers<RemoteAnswer | Fault>();
    const giveUp = (fault: Fault): void => {
      ended.resolve(fault);
      this.#retire(worker);
    };
    const timer = new Timer(this.#options.clock);
    const wait = (): void =>
      timer.set(this.#timeoutMs(question.ask), () => giveUp(unresponsive(this.#mount)));
    const onCheck = (isChecking: boolean): void => {
      if (isChecking) timer.clear();
      else if (!signal.aborted) wait();
    };
    const { answer, stop } = worker.child.ask({ ...question, onCheck });
    const onAbort = (): void => {
      stop();
      const fault = abortFault(signal);
      if (question.ask.type === "write") timer.set(STOP_GRACE_MS, () => giveUp(fault));
      else ended.resolve(fault);
    };
    answer.then(ended.resolve, ({ message }: Error) => ended.resolve(this.#crashed(message)));
    wait();
    signal.addEventListener("abort", onAbort);
    try {
      const found = await ended.promise;
      throwIfAborted(signal);
      return found;
    } finally {
      signal.removeEventListener("abort", onAbort);
      timer.clear();
      this.#leave(worker);
    }
  }

  /** Kills every child. */
  abandon(): void {
    this.#cancelIdle();
    this.#asked?.child.abandon();
    for (const { child } of this.#hanging) child.abandon();
  }

  #start(): Worker {
    const child = new RemoteChild({ root: this.#mount.root }, this.#options.command);
    const worker: Worker = { child, waiters: 0 };
    void child.gone.then(() => {
      this.#hanging.delete(worker);
      if (this.#asked === worker) this.#asked = undefined;
    });
    return worker;
  }

  #isHopeless(): boolean {
    const isStuck = ({ child }: Worker): boolean => child.isKilled;
    return this.#hanging.size >= MOST_HANGING || [...this.#hanging].some(isStuck);
  }

  /** It owes an answer for too long: nobody else asks it. */
  #retire(worker: Worker): void {
    if (this.#asked === worker) this.#asked = undefined;
    this.#hanging.add(worker);
  }

  #leave(worker: Worker): void {
    worker.waiters -= 1;
    if (worker.waiters > 0) return;
    if (this.#hanging.has(worker)) worker.child.abandon();
    else if (this.#asked === worker) {
      this.#cancelIdle = this.#options.clock.schedule(IDLE_MS, () => this.#letGo(worker));
    }
  }

  /** Nobody needs it now. What it does for nobody may hang all the same. */
  #letGo(worker: Worker): void {
    this.#asked = undefined;
    const { child } = worker;
    const cancel = this.#options.clock.schedule(STOP_GRACE_MS, () => {
      this.#retire(worker);
      child.abandon();
    });
    void child.gone.then(cancel);
    child.dismiss();
  }

  #timeoutMs({ type }: RemoteQuestion): number {
    // A whole tree takes its time, as a long content does.
    const isLong = type === "write" || type === "tree";
    return isLong ? this.#options.writeTimeoutMs : this.#options.timeoutMs;
  }

  #crashed(complaint: string): Fault {
    return new Fault({
      reason: "HostFailed",
      message: `the process that works on the file system at ${this.#mount.mountPoint} failed: ${complaint}`,
      resolution: "Report this with the output of the same command and --verbose.",
    });
  }
}

/** One thing that is due; another takes its place. */
class Timer {
  readonly #clock: Clock;
  #cancel = (): void => {};

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  set(delayMs: number, due: () => void): void {
    this.#cancel();
    this.#cancel = this.#clock.schedule(delayMs, due);
  }

  clear(): void {
    this.#cancel();
  }
}
