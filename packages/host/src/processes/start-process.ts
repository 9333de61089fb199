import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, fchownSync } from "node:fs";
import { assert, Fault, throwIfAborted } from "@holdfast/core";
import { OutputPipe, type StreamOwner } from "./output-pipe.ts";
import { loadProcessCalls, type ProcessCalls } from "./process-calls.ts";
import { spawnFault } from "./spawn-fault.ts";
import { ProcessTree, type ProcessTreeOptions } from "./tree/process-tree.ts";

/** A child to be started. */
export interface ProcessStart extends ProcessTreeOptions {
  readonly argv: readonly [string, ...string[]];
  /** Absolute. */
  readonly cwd: string;
  /** The whole environment; where it can have no cgroup, a variable that marks it is added. */
  readonly env: Readonly<Record<string, string>>;
  /** Default: nothing to read. */
  readonly stdin?: string | undefined;
  /** Who takes what it writes to its descriptors 1, 2 and, where there are more, 3 and on. */
  readonly outputs: readonly ((chunk: Uint8Array) => void)[];
  /** Whom its streams belong to. Default: this process's user. */
  readonly owner?: StreamOwner | undefined;
}

/** How a child ended. */
export interface ProcessEnd {
  readonly exitCode: number | undefined;
  readonly signalName: string | undefined;
}

/** A child that runs. */
export interface RunningProcess {
  /**
   * Resolves when the child itself has ended and what it wrote was taken, whoever else holds its streams. Never rejects.
   */
  readonly ended: Promise<ProcessEnd>;
  readonly tree: ProcessTree;
  readonly pid: number;
  /** Lets go of its streams. Its processes that still run go on writing to them, and nothing reads that. */
  release(): void;
}

/**
 * Starts a child in a session of its own, with pipes for what it writes and a file for what it reads, the limits and the
 * umask of a service, all signals at their defaults, and no other descriptor of ours.
 * @throws {Fault} CommandNotFound, NotFound (no such directory), PermissionDenied, InputInvalid, HostFailed; Aborted, then
 *   nothing was started.
 */
export async function startProcess(
  start: ProcessStart,
  signal: AbortSignal,
): Promise<RunningProcess> {
  // Both wait: one for the library, the other for the kernel. Without the library the next to try removes the tree.
  const [calls, tree] = await Promise.all([loadProcessCalls(), ProcessTree.open(start)]);
  const outputs: OutputPipe[] = [];
  const release = (): void => {
    for (const output of outputs) output.release();
    tree.release();
  };
  try {
    throwIfAborted(signal);
    for (const take of start.outputs) outputs.push(new OutputPipe(calls, take, start.owner));
    const child = spawnChild(start, { calls, tree, outputs });
    await once(child, "spawn");
    const { pid } = child;
    assert(pid !== undefined, "a child that was started has a number");
    return { ended: endOf(child, outputs), tree, pid, release };
  } catch (error) {
    release();
    throw error instanceof Fault ? error : await spawnFault(start.argv[0], start.cwd, error);
  }
}

interface Surroundings {
  readonly calls: ProcessCalls;
  readonly tree: ProcessTree;
  readonly outputs: readonly OutputPipe[];
}

function spawnChild(start: ProcessStart, { calls, tree, outputs }: Surroundings): ChildProcess {
  const [program, ...args] = start.argv;
  const { cwd, owner, stdin } = start;
  const input = stdin === undefined ? "ignore" : calls.openText(stdin);
  try {
    if (typeof input === "number" && owner !== undefined) fchownSync(input, owner.uid, owner.gid);
    return calls.asService(() =>
      tree.start((variables) =>
        spawn(program, args, {
          cwd,
          env: { ...start.env, ...variables },
          // Makes the session.
          detached: true,
          stdio: [input, ...outputs.map(({ childEnd }) => childEnd)],
        }),
      ),
    );
  } finally {
    if (typeof input === "number") closeSync(input);
    for (const output of outputs) output.started();
  }
}

async function endOf(child: ChildProcess, outputs: readonly OutputPipe[]): Promise<ProcessEnd> {
  const { promise, resolve } = Promise.withResolvers<void>();
  child.once("exit", () => resolve());
  // Of a signal that could not be sent; its exit says how it ended.
  child.on("error", () => {});
  if (child.exitCode !== null || child.signalCode !== null) resolve();
  await promise;
  for (const output of outputs) output.readRest();
  return {
    exitCode: child.exitCode ?? undefined,
    signalName: child.signalCode ?? undefined,
  };
}
