import { parentPort, workerData } from "node:worker_threads";
import { assert, type FileReadRequest } from "@holdfast/core";
import { realClock } from "../../system/real-clock.ts";
import { LocalReader } from "../read/local-reader.ts";
import { budgetOf } from "../handle-budget.ts";
import { readShort } from "../read/read-short.ts";
import { realFileCalls } from "../real-calls.ts";
import { createMountReader } from "../walk/mount-reader.ts";
import { Pass } from "../walk/pass.ts";
import { packAnswers } from "./packed-answers.ts";

/** What the thread is asked; it is passed as JSON, which costs whoever asks less than a copy of the objects. */
export interface ThreadQuestion {
  readonly root: string;
  readonly trustEveryLink: boolean;
  readonly remotePaths: readonly string[];
  readonly requests: readonly FileReadRequest[];
}

/**
 * What the thread does: answers the one question it was started with, by the same code that reads in place, and ends.
 * @throws what `Pass.open` throws; then whoever asked reads in place and finds out itself.
 */
export async function answerThreadQuestion(): Promise<void> {
  assert(parentPort !== null, "this is the program of a thread");
  const { requests, ...place } = JSON.parse(String(workerData)) as ThreadQuestion;
  const calls = realFileCalls;
  const mounts = createMountReader({ calls, clock: realClock, remotePaths: place.remotePaths });
  const { openDirectories } = budgetOf(calls.openFileLimit());
  using pass = Pass.open({ ...place, calls, mounts: mounts.now(), openDirectories });
  const { signal } = new AbortController();
  const reader = new LocalReader(calls, pass);
  const packed = packAnswers(await readShort(reader, requests, realClock, signal));
  parentPort.postMessage(packed, [packed.numbers.buffer, packed.bytes.buffer]);
}
