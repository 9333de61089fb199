import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { type Fault, toFault } from "@holdfast/core";
import {
  parseReply,
  type RemoteAnswer,
  type RemoteQuestion,
  type RemoteReply,
  type RemoteStart,
  type RemoteWords,
} from "./wire.ts";

/** How a question is asked. */
export interface ChildQuestion {
  readonly ask: RemoteQuestion;
  /** Checks the complete temporary file of a write; what it throws stops the write. */
  readonly check?: ((path: string) => Promise<void>) | undefined;
  /** The child waits for us, from the beginning of a check to its end; then we wait for the child again. */
  readonly onCheck: (isChecking: boolean) => void;
}

/** A question that was asked. */
export interface AskedChild {
  /** @throws {Error} The child ended before; the message is its complaint. */
  readonly answer: Promise<RemoteAnswer>;
  /** Nobody waits for the answer any more. Of a write there is one all the same, when it has cleared up. */
  stop(): void;
}

interface Pending extends ChildQuestion {
  readonly resolve: (answer: RemoteAnswer) => void;
  readonly reject: (error: Error) => void;
}

/** As much of what a child says on stderr is kept. */
const KEPT_COMPLAINT_CHARACTERS = 500;

/** A process that may wait for another machine, so that this one need not. It works on many questions at once. */
export class RemoteChild {
  readonly #process: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #pending = new Map<number, Pending>();
  /** Resolves when it has ended, or could not be started. */
  readonly gone: Promise<void>;
  #lastId = 0;
  #complaint = "";
  #isKilled = false;

  /** Starts it. `command` is its program and arguments; default this Node with this package's reader. */
  constructor(start: RemoteStart, command: readonly [string, ...string[]] = ownCommand()) {
    const [program, ...argv] = command;
    const child = spawn(program, argv, { stdio: ["pipe", "pipe", "pipe"], env: {}, cwd: "/" });
    this.#process = child;
    const gone = Promise.withResolvers<void>();
    this.gone = gone.promise;
    const complain = (text: string): void => {
      this.#complaint = (this.#complaint + text).slice(0, KEPT_COMPLAINT_CHARACTERS);
    };
    const end = (): void => {
      this.#rejectAll();
      gone.resolve();
    };
    // Loaded here, because few machines have such mounts and every start would pay 2 ms for it.
    const { createInterface } = process.getBuiltinModule("node:readline");
    createInterface({ input: child.stdout }).on("line", (text) => this.#receive(text));
    child.stderr.setEncoding("utf8").on("data", complain);
    // A child that ended before it read its question is reported by its exit.
    child.stdin.on("error", ({ message }) => complain(message));
    child.once("error", ({ message }) => {
      complain(message);
      end();
    });
    child.once("close", end);
    this.#write(start);
  }

  /** It was killed; in the kernel it may hang all the same. */
  get isKilled(): boolean {
    return this.#isKilled;
  }

  ask(question: ChildQuestion): AskedChild {
    this.#lastId += 1;
    const id = this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers<RemoteAnswer>();
    this.#pending.set(id, { ...question, resolve, reject });
    this.#say({ id, type: "ask", ask: question.ask });
    return {
      answer: promise,
      stop: () => {
        this.#say({ id, type: "stop" });
        if (question.ask.type !== "write") this.#pending.delete(id);
      },
    };
  }

  /** Asks it to stop what is under way, and to end. */
  dismiss(): void {
    this.#process.stdin.end();
  }

  /** Kills it and forgets it: this process may end before the child does. */
  abandon(): void {
    this.#isKilled = true;
    this.#process.kill("SIGKILL");
    const { stdin, stdout, stderr } = this.#process;
    for (const stream of [stdin, stdout, stderr]) stream.destroy();
    this.#process.unref();
    this.#rejectAll();
  }

  #receive(text: string): void {
    const reply = replyIn(text);
    if ("fault" in reply) {
      this.#complaint = reply.fault.message;
      return this.abandon();
    }
    const pending = this.#pending.get(reply.id);
    if (pending === undefined) return;
    if (reply.type === "check") return void this.#check(reply.id, reply.path, pending);
    this.#pending.delete(reply.id);
    pending.resolve(reply.answer);
  }

  async #check(id: number, path: string, { check, onCheck }: Pending): Promise<void> {
    onCheck(true);
    const fault = await faultOf(check, path);
    onCheck(false);
    this.#say({ id, type: "checked", ...(fault === undefined ? {} : { fault: fault.toJSON() }) });
  }

  #say(words: RemoteWords): void {
    this.#write(words);
  }

  #write(words: RemoteWords | RemoteStart): void {
    this.#process.stdin.write(`${JSON.stringify(words)}\n`);
  }

  #rejectAll(): void {
    for (const { reject } of this.#pending.values()) reject(new Error(this.#complaint));
    this.#pending.clear();
  }
}

function replyIn(text: string): RemoteReply | { readonly fault: Fault } {
  try {
    return parseReply(text);
  } catch (error) {
    return { fault: toFault(error) };
  }
}

async function faultOf(check: ChildQuestion["check"], path: string): Promise<Fault | undefined> {
  try {
    await check?.(path);
    return undefined;
  } catch (error) {
    return toFault(error);
  }
}

/** Runs from source and from built files alike: the reader lies beside this file and is named like it. */
function ownCommand(): readonly [string, ...string[]] {
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const reader = fileURLToPath(new URL(`./remote-reader.${extension}`, import.meta.url));
  const conditions = process.execArgv.filter((argument) => argument.startsWith("--conditions="));
  return [process.execPath, ...conditions, reader];
}
