import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { abortFault, type Fault, throwIfAborted } from "@holdfast/core";
import {
  type ProcessEnd,
  type ProcessStart,
  realClock,
  type RunningProcess,
  startProcess,
} from "@holdfast/host";
import { entryUrl } from "../entry-url.ts";
import { endingFault, memoryFault, type ProcessLimits, timeoutFault } from "./process-ending.ts";
import type { WorkerAnswer, WorkerInput } from "./worker-messages.ts";
import { WorkerOutput } from "./worker-output.ts";

const DEFAULT_DEADLINE_MS = 10_000;
const DEFAULT_MEMORY_MEBIBYTES = 512;
/** Between two observations of its memory: it takes a second to fill what it may have. */
const MEMORY_PERIOD_MS = 50;
/** Where there is no cgroup, all processes of the machine are read; at most this part of the time goes into that. */
const MEMORY_SHARE = 0.1;
const MEBIBYTE = 1024 * 1024;

/**
 * Runs one blueprint in a process of its own and returns its answer. A thread would do but for memory: V8 ends the
 * whole process for an allocation that no limit of a thread foresaw, and with it a serving agent. The process starts
 * as fast, and dies alone. Deadline and memory are those of the process and of all that it starts, and when it ends, all
 * that it started is killed: a blueprint leaves nothing.
 * @throws {Fault} BlueprintTimeout, BlueprintMemory, BlueprintFailed (it ended its process), Aborted.
 */
export async function runWorker(
  input: WorkerInput,
  limits: ProcessLimits,
  signal: AbortSignal,
): Promise<WorkerAnswer> {
  throwIfAborted(signal);
  const bounds: Bounds = {
    deadlineMs: limits.deadlineMs ?? DEFAULT_DEADLINE_MS,
    memoryMebibytes: limits.memoryMebibytes ?? DEFAULT_MEMORY_MEBIBYTES,
  };
  // The answer has to be in the memory of both.
  const output = new WorkerOutput(bounds.memoryMebibytes * MEBIBYTE, limits.print);
  const running = await startProcess(workerOf(input, bounds, output), signal);
  try {
    const end = await endWithin(running, { bounds, output }, signal);
    await running.tree.end(0, realClock);
    if ("reason" in end) throw end;
    if (output.isTooMuch) throw memoryFault(bounds.memoryMebibytes);
    const answer = output.answer();
    if (answer === "") throw endingFault({ ...end, errorText: output.errorText });
    output.printErrors();
    return JSON.parse(answer) as WorkerAnswer;
  } finally {
    running.release();
  }
}

interface Bounds {
  readonly deadlineMs: number;
  readonly memoryMebibytes: number;
}

function workerOf(
  input: WorkerInput,
  { memoryMebibytes }: Bounds,
  output: WorkerOutput,
): ProcessStart {
  const entry = entryUrl(import.meta.url, "./blueprint-worker.ts");
  const conditions = entry.pathname.endsWith(".ts") ? ["--conditions=@holdfast/source"] : [];
  // V8 ends a process at its limit in a way like other ends, so our limit comes first.
  const heap = `--max-old-space-size=${2 * memoryMebibytes}`;
  return {
    argv: [process.execPath, heap, ...conditions, fileURLToPath(entry)],
    // Not ours, which depends on who started the agent, and may be gone.
    cwd: dirname(fileURLToPath(input.blueprint)),
    // A blueprint is a function of facts and parameters: it sees nothing of our environment.
    env: input.compileCache === undefined ? {} : { NODE_COMPILE_CACHE: input.compileCache },
    stdin: JSON.stringify(input),
    outputs: output.takers,
  };
}

/** How the worker ended, or why it may not go on. */
async function endWithin(
  running: RunningProcess,
  { bounds, output }: { readonly bounds: Bounds; readonly output: WorkerOutput },
  signal: AbortSignal,
): Promise<ProcessEnd | Fault> {
  const { deadlineMs, memoryMebibytes } = bounds;
  const { promise: stopped, resolve: stop } = Promise.withResolvers<Fault>();
  const onAbort = (): void => stop(abortFault(signal));
  const checkMemory = (): void => {
    const startedAtMs = performance.now();
    const isOver = running.tree.memoryBytes() > memoryMebibytes * MEBIBYTE || output.isTooMuch;
    if (isOver) stop(memoryFault(memoryMebibytes));
    const tookMs = performance.now() - startedAtMs;
    memory = setTimeout(checkMemory, Math.max(MEMORY_PERIOD_MS, tookMs / MEMORY_SHARE));
  };
  const deadline = setTimeout(() => stop(timeoutFault(deadlineMs)), deadlineMs);
  let memory = setTimeout(checkMemory, MEMORY_PERIOD_MS);
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([running.ended, stopped]);
  } finally {
    clearTimeout(deadline);
    clearTimeout(memory);
    signal.removeEventListener("abort", onAbort);
  }
}
