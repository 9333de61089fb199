import assert from "node:assert/strict";
import { abortFault, type CommandResult, Fault } from "@holdfast/core";

/** What may happen to one call of a host. */
export type Trouble =
  /** It fails, with the errno for a system call and as HostFailed for any other, and does nothing. */
  | { readonly type: "fail"; readonly errno: string }
  /** It and every one after it fail so. */
  | { readonly type: "outage"; readonly errno: string }
  /**
   * It does not end before `reached` has had the signal aborted. A system call then still hangs, until `release`, and
   * has its effect late; any other is made and given up, with its effect or cut off in the middle of it.
   */
  | { readonly type: "hang" }
  /** `reached` is called before the call is made, and has the signal aborted. */
  | { readonly type: "abort" }
  /**
   * Only a command: somebody kills it after it has changed so much of the machine; where its changes cannot be counted,
   * before the first of them or after the last.
   */
  | { readonly type: "killed"; readonly afterChanges: number }
  /** Only a command: it does nothing, and ends with this exit code. */
  | { readonly type: "refuse"; readonly exitCode: number }
  /** The machine stops before it: no call ever ends any more. */
  | { readonly type: "stop" };

/** A call that was made. */
export interface HostCall {
  /** As in its port, e.g. `rename`. */
  readonly name: string;
  /** It changes the machine, or makes a change durable. */
  readonly isMutation: boolean;
  /** It gives its caller a promise. */
  readonly mayWait: boolean;
  /** It starts a program. Default false. */
  readonly isCommand?: boolean;
}

/** How a command is run, and how it is run and killed. */
export interface GatedCommand {
  run(): Promise<CommandResult>;
  runKilled(afterChanges: number): Promise<CommandResult>;
}

/** How a command ends that somebody killed. */
export const KILLED: CommandResult = {
  exitCode: undefined,
  signalName: "SIGKILL",
  stdout: "",
  stderr: "",
  isTruncated: false,
};

/** Which call meets which trouble. */
export interface TroublePlan {
  /** From 1. */
  readonly nth: number;
  readonly trouble: Trouble;
  /** The call was reached. Default: nothing is called. */
  readonly reached?: () => void;
}

/** What every call of a host goes through: it counts them, and lets one meet trouble. */
export class CallGate {
  #plan: TroublePlan | undefined;
  #calls: HostCall[] = [];
  #hung = Promise.withResolvers<void>();
  #isStopped = false;
  #handles = 0;

  /** Counts anew from here; without a plan all goes well. A machine that has stopped stays so. */
  begin(plan?: TroublePlan): void {
    this.#plan = plan;
    this.#calls = [];
    this.#hung = Promise.withResolvers();
  }

  /** The calls since `begin`, the one that met trouble among them. */
  get calls(): readonly HostCall[] {
    return this.#calls;
  }

  /** Those that change something. */
  get mutations(): readonly string[] {
    return this.#calls.filter(({ isMutation }) => isMutation).map(({ name }) => name);
  }

  /** True once the planned call was made. */
  get isReached(): boolean {
    return this.#plan !== undefined && this.#calls.length >= this.#plan.nth;
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Handles that are open. */
  get openHandles(): number {
    return this.#handles;
  }

  /** Lets a system call that hangs go on. */
  release(): void {
    this.#hung.resolve();
  }

  /** A handle was given out. */
  opened(): void {
    this.#handles += 1;
  }

  /** A handle was taken back; that meets no trouble, because the kernel takes it back whatever it says. */
  closed(): void {
    this.#handles -= 1;
    assert.ok(this.#handles >= 0, "more handles are closed than were opened");
  }

  /** A system call that answers at once. It cannot hang. */
  atOnce<T>(name: string, run: () => T, isMutation = false): T {
    const trouble = this.#enter({ name, isMutation, mayWait: false });
    switch (trouble?.type) {
      case "fail":
      case "outage":
        throw errnoError(trouble.errno, name);
      case "stop":
        throw new Error(`the machine stopped before ${name}`);
      default:
        return run();
    }
  }

  /** A system call that may wait. */
  async waiting<T>(name: string, run: () => Promise<T>, isMutation = true): Promise<T> {
    const trouble = this.#enter({ name, isMutation, mayWait: true });
    switch (trouble?.type) {
      case "fail":
      case "outage":
        throw errnoError(trouble.errno, name);
      case "stop":
        return new Promise(() => {});
      case "hang":
        await this.#hung.promise;
        return run();
      default:
        return run();
    }
  }

  /** A call of any other port, which has a signal and fails with Faults. */
  async port<T>(
    { name, isMutation }: { readonly name: string; readonly isMutation: boolean },
    run: () => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    return this.#meet(this.#enter({ name, isMutation, mayWait: true }), name, run, signal);
  }

  /** A command, which besides may be killed, or say no. */
  async command(
    { name, isMutation }: { readonly name: string; readonly isMutation: boolean },
    { run, runKilled }: GatedCommand,
    signal: AbortSignal,
  ): Promise<CommandResult> {
    const trouble = this.#enter({ name, isMutation, mayWait: true, isCommand: true });
    if (trouble?.type === "killed") return runKilled(trouble.afterChanges);
    if (trouble?.type === "refuse") {
      return { ...KILLED, signalName: undefined, exitCode: trouble.exitCode };
    }
    return this.#meet(trouble, name, run, signal);
  }

  async #meet<T>(
    trouble: Trouble | undefined,
    name: string,
    run: () => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    switch (trouble?.type) {
      case "fail":
      case "outage":
        throw portFault(name, trouble.errno);
      case "stop":
        return new Promise(() => {});
      case "hang":
        await run();
        if (!signal.aborted) await aborted(signal);
        throw abortFault(signal);
      default:
        return run();
    }
  }

  #enter(call: HostCall): Trouble | undefined {
    if (this.#isStopped) return { type: "stop" };
    this.#calls.push(call);
    if (this.#plan === undefined) return undefined;
    const { nth, trouble, reached } = this.#plan;
    const count = this.#calls.length;
    if (trouble.type === "outage" && count > nth) return trouble;
    if (count !== nth) return undefined;
    if (trouble.type === "stop") this.#isStopped = true;
    reached?.();
    return trouble;
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) =>
    signal.addEventListener("abort", () => resolve(), { once: true }),
  );
}

function errnoError(code: string, call: string): Error {
  return Object.assign(new Error(`${code}: planned for ${call}`), { code });
}

function portFault(name: string, errno: string): Fault {
  return new Fault({
    reason: "HostFailed",
    message: `${name} failed as planned (${errno})`,
    resolution: "Nothing is to be done: a law wanted it so.",
  });
}
