import { type ResourceLimits, Worker } from "node:worker_threads";
import { abortFault, Fault, toFault } from "@holdfast/core";
import { entryUrl } from "./entry-url.ts";
import type { WorkerAnswer, WorkerInput } from "./worker-messages.ts";

/** Bounds of one compilation. */
export interface ThreadLimits {
  /** Default 10 000. */
  readonly deadlineMs?: number;
  /** Of the JavaScript heap. Default 512. */
  readonly memoryMebibytes?: number;
  /** Takes what the blueprint prints. Default: it is dropped. */
  readonly print?: (text: string) => void;
}

const DEFAULT_DEADLINE_MS = 10_000;
const DEFAULT_MEMORY_MEBIBYTES = 512;

/**
 * Starts a thread for one blueprint, waits for its answer, and ends the thread whatever it is doing.
 * @throws {Fault} BlueprintTimeout, BlueprintMemory, BlueprintFailed (it ended the thread), Aborted.
 */
export async function runWorker(
  input: WorkerInput,
  limits: ThreadLimits,
  signal: AbortSignal,
): Promise<WorkerAnswer> {
  if (signal.aborted) throw abortFault(signal);
  const worker = startWorker(input, limits);
  const stop = new AbortController();
  try {
    return await Promise.race([
      answerOf(worker, limits),
      deadline(limits.deadlineMs ?? DEFAULT_DEADLINE_MS, stop.signal),
      aborted(signal, stop.signal),
    ]);
  } finally {
    stop.abort();
    await worker.terminate();
  }
}

function startWorker(input: WorkerInput, limits: ThreadLimits): Worker {
  const url = entryUrl(import.meta.url, "./blueprint-worker.ts");
  const resourceLimits: ResourceLimits = {
    maxOldGenerationSizeMb: limits.memoryMebibytes ?? DEFAULT_MEMORY_MEBIBYTES,
  };
  const worker = new Worker(url, {
    name: "blueprint",
    workerData: input,
    resourceLimits,
    // A blueprint is a function of facts and parameters: it sees nothing of our environment.
    env: {},
    argv: [],
    execArgv: url.pathname.endsWith(".ts") ? ["--conditions=source"] : [],
    stdout: true,
    stderr: true,
  });
  for (const stream of [worker.stdout, worker.stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", (text: string) => limits.print?.(text));
  }
  return worker;
}

function answerOf(worker: Worker, limits: ThreadLimits): Promise<WorkerAnswer> {
  return new Promise((resolve, reject) => {
    worker.on("message", resolve);
    worker.on("error", (error) => reject(threadFault(error, limits)));
    worker.on("exit", (code) =>
      reject(
        new Fault({
          reason: "BlueprintFailed",
          message: `the blueprint ended its thread with process.exit(${code}) before it was finished`,
          resolution: "Take the call of process.exit out of the blueprint.",
        }),
      ),
    );
  });
}

function threadFault(error: unknown, limits: ThreadLimits): Fault {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ERR_WORKER_OUT_OF_MEMORY") {
    const mebibytes = limits.memoryMebibytes ?? DEFAULT_MEMORY_MEBIBYTES;
    return new Fault({
      reason: "BlueprintMemory",
      message: `the blueprint used more than ${mebibytes} MiB of memory and was stopped`,
      resolution: "Look for a loop that declares without end, or split the blueprint.",
      cause: error,
    });
  }
  const { message, stack = "" } = error instanceof Error ? error : toFault(error);
  const place = /\(?(?:file:\/\/)(\/[^\s()]+:\d+:\d+)\)?/.exec(stack)?.[1];
  return new Fault({
    reason: "BlueprintFailed",
    message: `${place === undefined ? "the blueprint" : place}: ${message}`,
    resolution:
      "Repair the blueprint there; a blueprint does not wait, so it needs no promise or timer.",
    cause: error,
  });
}

function deadline(deadlineMs: number, stop: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const timer = setTimeout(() => {
      reject(
        new Fault({
          reason: "BlueprintTimeout",
          message: `the blueprint did not finish within ${deadlineMs / 1000} s and was stopped`,
          resolution: "Look for a loop without end, or declare less in one blueprint.",
        }),
      );
    }, deadlineMs);
    stop.addEventListener("abort", () => clearTimeout(timer), { once: true });
  });
}

function aborted(signal: AbortSignal, stop: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(abortFault(signal)), {
      once: true,
      signal: stop,
    });
  });
}
