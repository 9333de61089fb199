import { text } from "node:stream/consumers";
import { realClock } from "../../system/real-clock.ts";
import { openFiles } from "../open-files.ts";
import { realFileCalls } from "../real-calls.ts";
import {
  encodeNames,
  encodeReading,
  parseQuestion,
  type RemoteAnswer,
  type RemoteQuestion,
} from "./wire.ts";

/**
 * What the child does: answers the one question on its stdin with the same code that reads local files, and ends. It
 * may hang for ever in a system call; whoever asked kills it.
 */
export async function answerRemoteQuestion(): Promise<void> {
  const question = parseQuestion(await text(process.stdin));
  process.stdout.write(JSON.stringify(await answerOf(question)));
}

async function answerOf({ root, ask }: RemoteQuestion): Promise<RemoteAnswer> {
  // Here nothing is remote: this process is the one that may wait.
  const calls = { ...realFileCalls, mountInfo: () => "" };
  await using files = openFiles({ calls, root, clock: realClock });
  const { signal } = new AbortController();
  if (ask.type === "list")
    return { type: "list", answer: encodeNames(await files.list(ask.path, signal)) };
  const answers = await files.readMany(ask.requests, signal);
  return { type: "read", answers: answers.map(encodeReading) };
}
