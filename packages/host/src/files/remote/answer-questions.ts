import { createInterface } from "node:readline";
import { abortFault, Fault, type FileWriter, toFault, unreachable } from "@holdfast/core";
import { realClock } from "../../system/real-clock.ts";
import { openFiles } from "../open-files.ts";
import { realFileCalls } from "../real-calls.ts";
import {
  decodeCall,
  encodeNames,
  encodeReading,
  encodeTree,
  parseStart,
  parseWords,
  type RemoteAnswer,
  type RemoteQuestion,
  type RemoteReply,
  type RemoteWords,
  type WireCall,
} from "./wire.ts";
import { makeCall } from "./write-call.ts";

/**
 * What the child does: answers the questions on its stdin by the same code that works on local files. At the end of stdin
 * it stops what is under way, which clears away what it began, and ends. It may hang for ever in a system call; whoever
 * asked kills it.
 */
export async function answerRemoteQuestions(): Promise<void> {
  let answerer: Answerer | undefined;
  for await (const text of createInterface({ input: process.stdin })) {
    if (answerer === undefined) answerer = new Answerer(parseStart(text).root);
    else answerer.receive(parseWords(text));
  }
  answerer?.stopAll();
}

/** A question that is under way. */
interface Asked {
  readonly stop: AbortController;
  /** Takes the verdict on what is being checked. */
  checked: (fault: Fault | undefined) => void;
}

class Answerer {
  readonly #files: FileWriter;
  readonly #underWay = new Map<number, Asked>();

  constructor(root: string) {
    // Here everything is entered: this process is the one that may wait.
    const entersRemoteMounts = true;
    this.#files = openFiles({ calls: realFileCalls, root, clock: realClock, entersRemoteMounts });
  }

  receive(words: RemoteWords): void {
    const { id, type } = words;
    switch (type) {
      case "ask":
        void this.#answer(id, words.ask);
        return;
      case "stop":
        this.#underWay.get(id)?.stop.abort(stoppedFault());
        return;
      case "checked":
        this.#underWay.get(id)?.checked(words.fault && new Fault(words.fault));
        return;
      default:
        unreachable(type);
    }
  }

  stopAll(): void {
    for (const { stop } of this.#underWay.values()) stop.abort(stoppedFault());
  }

  async #answer(id: number, ask: RemoteQuestion): Promise<void> {
    const asked: Asked = { stop: new AbortController(), checked: () => {} };
    this.#underWay.set(id, asked);
    try {
      say({ id, type: "answer", answer: await this.#answerOf(id, ask, asked) });
    } catch (error) {
      // Only what was stopped throws, and for that nobody waits.
      if (!asked.stop.signal.aborted) throw error;
    } finally {
      this.#underWay.delete(id);
    }
  }

  async #answerOf(id: number, ask: RemoteQuestion, asked: Asked): Promise<RemoteAnswer> {
    const { signal } = asked.stop;
    switch (ask.type) {
      case "read": {
        const answers = await this.#files.readMany(ask.requests, signal);
        return { type: "read", answers: answers.map(encodeReading) };
      }
      case "list":
        return { type: "list", answer: encodeNames(await this.#files.list(ask.path, signal)) };
      case "tree": {
        const answer = await this.#files.readTree(ask.request, signal);
        return { type: "tree", answer: encodeTree(answer) };
      }
      case "write":
        return await this.#write(id, ask.call, asked);
      default:
        return unreachable(ask);
    }
  }

  async #write(id: number, wire: WireCall, asked: Asked): Promise<RemoteAnswer> {
    const { signal } = asked.stop;
    const check = (path: string): Promise<void> =>
      new Promise((resolve, reject) => {
        asked.checked = (fault) => (fault === undefined ? resolve() : reject(fault));
        signal.addEventListener("abort", () => reject(abortFault(signal)), { once: true });
        say({ id, type: "check", path });
      });
    try {
      await makeCall(this.#files, decodeCall(wire, check), signal);
      return { type: "written" };
    } catch (error) {
      return { type: "written", fault: toFault(error).toJSON() };
    }
  }
}

function say(reply: RemoteReply): void {
  process.stdout.write(`${JSON.stringify(reply)}\n`);
}

function stoppedFault(): Fault {
  return new Fault({
    reason: "Aborted",
    message: "whoever asked does not wait any more",
    resolution: "Run it again; what was finished stays.",
  });
}
