import type { IncomingMessage } from "node:http";
import { abortFault, Fault, isJsonObject, type JsonObject } from "@holdfast/core";
import { answeredFault, notRunning, unreachableFault } from "./client-faults.ts";
import { type SentEvent, sentEvents } from "./responses/events.ts";
import { isTooLongForSocket } from "./socket-path.ts";

/** What a client of a control socket is made with. */
export interface ControlClientOptions {
  /** Where the agent may be; the first path with an answer is taken. */
  readonly socketPaths: readonly string[];
  /** How long an answer may take. Default 10 000. */
  readonly deadlineMs?: number;
}

/** A question or an order for the agent. */
export interface Question {
  readonly method: "GET" | "POST";
  /** Its parts encoded with encodeURIComponent. */
  readonly path: string;
  /** Sent as JSON. Default: nothing. */
  readonly body?: JsonObject;
  /** Default: the client's. */
  readonly deadlineMs?: number;
}

/** Talks to the agent that serves a root. */
export interface ControlClient {
  /**
   * Asks, and returns the answer.
   * @throws {Fault} AgentNotRunning; ControlUnavailable; NotPrivileged; HostFailed, when it does not answer in time or not as it should;
   *   whatever the agent answers; Aborted.
   */
  ask(question: Question, signal: AbortSignal): Promise<JsonObject>;
  /**
   * The events after the one with this id, or from now on, until the agent ends them or the connection breaks.
   * @throws {Fault} as `ask`.
   */
  follow(lastId: string | undefined, signal: AbortSignal): AsyncGenerator<SentEvent, void>;
}

/** The question's own words are longer than the agent reads. */
const TOO_LONG = 431;
/** An answer above this is refused. */
const LARGEST_ANSWER_BYTES = 64 * 1024 * 1024;
/** A stream says something every 15 s; one that is silent for longer is dead. */
const LONGEST_SILENCE_MS = 45_000;

/** Makes a client. It opens a connection for each question and keeps none. */
export function createControlClient(options: ControlClientOptions): ControlClient {
  const { socketPaths, deadlineMs = 10_000 } = options;
  return {
    async ask(question, signal) {
      const limitMs = question.deadlineMs ?? deadlineMs;
      const deadline = AbortSignal.timeout(limitMs);
      try {
        const asked = AbortSignal.any([signal, deadline]);
        const response = await connect(socketPaths, question, asked);
        return await readAnswer(response);
      } catch (error) {
        if (signal.aborted) throw abortFault(signal);
        if (deadline.aborted) throw tooLate(question, limitMs);
        throw toClientFault(error);
      }
    },
    async *follow(lastId, signal) {
      const path = lastId === undefined ? "/events" : `/events?from=${encodeURIComponent(lastId)}`;
      const question = { method: "GET", path } as const;
      const late = new AbortController();
      const timer = setTimeout(() => late.abort(), deadlineMs);
      try {
        const asked = AbortSignal.any([signal, late.signal]);
        const response = await connect(socketPaths, question, asked);
        if (response.statusCode !== 200) await readAnswer(response);
        clearTimeout(timer);
        response.setTimeout(LONGEST_SILENCE_MS, () => response.destroy(silentFault()));
        yield* sentEvents(response.setEncoding("utf8"));
      } catch (error) {
        if (signal.aborted) throw abortFault(signal);
        if (late.signal.aborted) throw tooLate(question, deadlineMs);
        if (!isCut(error)) throw toClientFault(error);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

/** Asks at each path in turn until an agent answers. */
async function connect(
  socketPaths: readonly string[],
  question: Question,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  let refusal: Fault | undefined;
  for (const socketPath of socketPaths.filter((path) => !isTooLongForSocket(path))) {
    try {
      return await send(socketPath, question, signal);
    } catch (error) {
      if (signal.aborted) throw error;
      const fault = unreachableFault(socketPath, error);
      if (fault !== undefined) refusal = fault;
    }
  }
  throw refusal ?? notRunning(socketPaths);
}

function send(
  socketPath: string,
  { method, path, body }: Question,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  // Not by import: that would load fetch, WebSocket and HTTP/2 with it, 50 ms for unused code.
  const { request } = process.getBuiltinModule("node:http");
  return new Promise((resolve, reject) => {
    request({ socketPath, method, path, signal, agent: false }, resolve)
      .on("error", reject)
      .end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** @throws {Fault} what the agent answers where it refuses; HostFailed, when it is no answer of ours. */
async function readAnswer(response: IncomingMessage): Promise<JsonObject> {
  if (response.statusCode === TOO_LONG) throw tooLong();
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  const arriving: AsyncIterable<Buffer> = response;
  for await (const chunk of arriving) {
    sizeBytes += chunk.length;
    if (sizeBytes > LARGEST_ANSWER_BYTES) throw strangeAnswer("it is too long");
    chunks.push(chunk);
  }
  const answer = parse(Buffer.concat(chunks).toString("utf8"));
  const { statusCode = 0 } = response;
  if (statusCode >= 200 && statusCode < 300) return answer;
  throw answeredFault(answer) ?? strangeAnswer(`status ${statusCode}`);
}

/** The agent cut the connection, or died: asking again shows which. */
function isCut(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ECONNRESET";
}

function parse(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    if (isJsonObject(value)) return value;
  } catch (error) {
    throw strangeAnswer("it is not JSON", error);
  }
  throw strangeAnswer("it is no JSON object");
}

function toClientFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  return strangeAnswer(error instanceof Error ? error.message : String(error), error);
}

function strangeAnswer(why: string, cause?: unknown): Fault {
  return new Fault({
    reason: "HostFailed",
    message: `the agent's answer cannot be read: ${why}`,
    resolution: "Use the holdfast of the agent's own version; ask again when it is restarted.",
    cause,
  });
}

function tooLong(): Fault {
  return new Fault({
    reason: "InputInvalid",
    message: "the patterns are longer than an agent takes in one question: 64 KB in all",
    resolution: "Choose by kinds, tags or globs, or plan the source itself: holdfast plan SOURCE.",
  });
}

function tooLate({ method, path }: Question, limitMs: number): Fault {
  return new Fault({
    reason: "HostFailed",
    message: `the agent did not answer ${method} ${path} within ${limitMs / 1_000} s`,
    resolution: "Check whether it is stopped or the machine is busy, and ask again.",
  });
}

function silentFault(): Fault {
  return new Fault({
    reason: "HostFailed",
    message: "the agent no longer says anything",
    resolution: "Check whether it is stopped, and ask again.",
  });
}
