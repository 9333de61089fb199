import { fileURLToPath } from "node:url";
import type { Worker } from "node:worker_threads";
import { type Log, throwIfAborted, toFault } from "@holdfast/core";
import type { LocalAnswer } from "../read/local-reader.ts";
import { MANY } from "../read/read-short.ts";
import type { ThreadQuestion } from "./answer-question.ts";
import { type PackedAnswers, unpackAnswers } from "./packed-answers.ts";

/** The thread's own objects are few; what it reads lies outside of its heap. */
const LIMITS = { maxYoungGenerationSizeMb: 4, stackSizeMb: 1 } as const;

/** Reads many short files beside the loop, so that an observation of everything delays nobody. */
export interface ReadingThread {
  /**
   * Answers in the order of the requests; `undefined` when it cannot or need not be done in a thread: there are few, one
   * is at work already, it was not turned on, or it failed. Then whoever asks reads in place.
   * @throws {Fault} Aborted.
   */
  read(question: ThreadQuestion, signal: AbortSignal): Promise<readonly LocalAnswer[] | undefined>;
}

/** A reading thread that must be closed: disposing ends its work. */
export interface OpenReadingThread extends ReadingThread, AsyncDisposable {
  /** From now on many files are read in a thread. To start one takes some 25 ms, which a single pass would wait for. */
  turnOn(): void;
}

/** Reads in a thread that is started for each bulk read and ends with it: between them it costs no memory. */
export function openReadingThread({ log }: { readonly log: Log }): OpenReadingThread {
  let isOn = false;
  let running: Worker | undefined;
  return {
    turnOn() {
      isOn = true;
    },
    async read(question, signal) {
      if (!isOn || running !== undefined || question.requests.length < MANY) return undefined;
      throwIfAborted(signal);
      const worker = start(question);
      running = worker;
      worker.once("exit", () => {
        running = undefined;
      });
      try {
        return unpackAnswers(await answerOf(worker, signal));
      } catch (error) {
        throwIfAborted(signal);
        const { message } = toFault(error);
        if (isOn) log.warn("files are read in place: the thread for them failed", { message });
        return undefined;
      }
    },
    async [Symbol.asyncDispose]() {
      isOn = false;
      await running?.terminate();
    },
  };
}

/** Runs from source and from built files alike: the reader lies beside this file and is named like it. */
function start(question: ThreadQuestion): Worker {
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const reader = fileURLToPath(new URL(`./thread-reader.${extension}`, import.meta.url));
  const execArgv = process.execArgv.filter((argument) => argument.startsWith("--conditions="));
  const workerData = JSON.stringify(question);
  // Loaded when it is needed: most agents never read so many files at once again.
  const { Worker: Thread } = process.getBuiltinModule("node:worker_threads");
  return new Thread(reader, { workerData, env: {}, execArgv, resourceLimits: LIMITS });
}

async function answerOf(worker: Worker, signal: AbortSignal): Promise<PackedAnswers> {
  const answered = Promise.withResolvers<PackedAnswers>();
  const onAbort = (): void => {
    answered.reject(signal.reason);
    void worker.terminate();
  };
  signal.addEventListener("abort", onAbort);
  worker.once("message", answered.resolve);
  worker.once("error", answered.reject);
  worker.once("exit", () => answered.reject(new Error("it ended without an answer")));
  try {
    return await answered.promise;
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
