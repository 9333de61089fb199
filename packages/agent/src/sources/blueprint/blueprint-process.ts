import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { abortFault, throwIfAborted } from "@holdfast/core";
import { entryUrl } from "../entry-url.ts";
import { type Ending, endingFault, type ProcessLimits, timeoutFault } from "./process-ending.ts";
import type { WorkerAnswer, WorkerInput } from "./worker-messages.ts";

const DEFAULT_DEADLINE_MS = 10_000;
const DEFAULT_MEMORY_MEBIBYTES = 512;

/** As much of what the worker writes on stderr as is kept. */
const KEPT_ERROR_CHARACTERS = 64 * 1024;

/**
 * Runs one blueprint in a process of its own and returns its answer. A thread would do but for memory: V8 ends the
 * whole process for an allocation that no limit of a thread foresaw, and with it a serving agent. The process starts
 * as fast, and dies alone. Whatever it is doing at its deadline, it and its children are killed.
 * @throws {Fault} BlueprintTimeout, BlueprintMemory, BlueprintFailed (it ended its process), Aborted.
 */
export async function runWorker(
  input: WorkerInput,
  limits: ProcessLimits,
  signal: AbortSignal,
): Promise<WorkerAnswer> {
  throwIfAborted(signal);
  const bounds = {
    deadlineMs: limits.deadlineMs ?? DEFAULT_DEADLINE_MS,
    memoryMebibytes: limits.memoryMebibytes ?? DEFAULT_MEMORY_MEBIBYTES,
  };
  const child = startWorker(input, bounds.memoryMebibytes);
  const kill = () => killGroup(child);
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    kill();
  }, bounds.deadlineMs);
  signal.addEventListener("abort", kill, { once: true });
  try {
    const ending = await endingOf(child, limits);
    if (ending.answer !== "") return JSON.parse(ending.answer) as WorkerAnswer;
    if (signal.aborted) throw abortFault(signal);
    throw isLate ? timeoutFault(bounds.deadlineMs) : endingFault(ending, bounds.memoryMebibytes);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", kill);
  }
}

function startWorker(input: WorkerInput, memoryMebibytes: number): ChildProcess {
  const entry = entryUrl(import.meta.url, "./blueprint-worker.ts");
  const conditions = entry.pathname.endsWith(".ts") ? ["--conditions=@holdfast/source"] : [];
  const args = [`--max-old-space-size=${memoryMebibytes}`, ...conditions, fileURLToPath(entry)];
  const child = spawn(process.execPath, args, {
    // A blueprint is a function of facts and parameters: it sees nothing of our environment.
    env: input.compileCache === undefined ? {} : { NODE_COMPILE_CACHE: input.compileCache },
    stdio: ["pipe", "pipe", "pipe", "pipe"],
    // A group of its own, so that its children can be killed with it and no terminal signal reaches it.
    detached: true,
  });
  // A worker that dies before it has read everything is told by its ending.
  child.stdin?.on("error", () => {});
  child.stdin?.end(JSON.stringify(input));
  return child;
}

/** Resolves when the worker has ended and everything it wrote was read. */
function endingOf(child: ChildProcess, { print }: ProcessLimits): Promise<Ending> {
  const { promise, resolve, reject } = Promise.withResolvers<Ending>();
  let answer = "";
  let errorText = "";
  onText(child.stdio[3], (text) => {
    answer += text;
  });
  onText(child.stdout, (text) => print?.(text));
  onText(child.stderr, (text) => {
    errorText = (errorText + text).slice(-KEPT_ERROR_CHARACTERS);
  });
  child.on("error", reject);
  child.on("close", (exitCode, signalName) => {
    if (answer !== "" && errorText !== "") print?.(errorText);
    resolve({ answer, errorText, exitCode, signalName });
  });
  return promise;
}

function onText(stream: ChildProcess["stdio"][number], hear: (text: string) => void): void {
  if (stream === null || stream === undefined || !("read" in stream)) return;
  stream.setEncoding("utf8");
  stream.on("data", hear);
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
  } catch (error) {
    // It ended between the decision and the call.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
