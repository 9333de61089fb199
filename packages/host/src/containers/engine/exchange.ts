import type { ClientRequest, IncomingMessage } from "node:http";
import { abortFault, type Clock, Fault, type Json } from "@holdfast/core";
import { whyNot } from "../../conditions/dial.ts";
import { codeOf } from "../../system/error-code.ts";

/** One question to an engine at its socket. */
export interface EngineQuestion {
  readonly method: "GET" | "POST" | "DELETE";
  /** With its query. */
  readonly path: string;
  /** Sent as JSON. Default: nothing is sent. */
  readonly body?: Json;
  readonly headers?: Readonly<Record<string, string>>;
  /** Until the answer begins, and for each pause in it. */
  readonly timeoutMs: number;
}

/** Where and by which clock it is asked. */
export interface EnginePlace {
  readonly socketPath: string;
  readonly clock: Clock;
}

/** An answer that has begun. */
export interface BegunAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Its bytes. Ends in a Fault where the connection breaks or pauses for too long. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Ends the connection. */
  close(): void;
}

/**
 * Asks, and resolves when the answer begins. No redirect is followed.
 * @throws {Fault} ContainersUnavailable, when the engine does not answer; NotPrivileged; what the signal says.
 */
export function exchange(
  question: EngineQuestion,
  place: EnginePlace,
  signal: AbortSignal,
): Promise<BegunAnswer> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(abortFault(signal));
    const { socketPath, clock } = place;
    const request = send(question, socketPath);
    const onAbort = (): void => fail(abortFault(signal));
    const rest = (): (() => void) =>
      clock.schedule(question.timeoutMs, () => fail(silent(socketPath, question.timeoutMs)));
    let cancel = rest();
    const end = (): void => {
      cancel();
      signal.removeEventListener("abort", onAbort);
    };
    // After the answer has begun this breaks its chunks, and the promise has been kept long since.
    const fail = (fault: Fault): void => {
      end();
      request.destroy(fault);
      reject(fault);
    };
    signal.addEventListener("abort", onAbort, { once: true });
    request.on("error", (error) => fail(asFault(error, socketPath)));
    request.once("response", (response) => {
      cancel();
      const paused = { begin: () => void (cancel = rest()), end: () => cancel() };
      response.once("close", end);
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        chunks: chunksOf(response, paused, socketPath),
        close: () => request.destroy(),
      });
    });
  });
}

/** The engine does not answer: nothing is known of what it has. */
export function unavailable(message: string, cause?: unknown): Fault {
  return new Fault({
    reason: "ContainersUnavailable",
    message,
    resolution:
      "Start the engine (systemctl start podman.socket, or docker), or remove the socket of one that is gone.",
    cause,
  });
}

function send(question: EngineQuestion, socketPath: string): ClientRequest {
  const { method, path, body, headers = {} } = question;
  const text = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
  // Loaded when an engine is asked first. A connection of its own: one that is kept would tell of the past.
  const request = process.getBuiltinModule("node:http").request({
    socketPath,
    method,
    path,
    agent: false,
    headers: {
      host: "localhost",
      "user-agent": "holdfast",
      connection: "close",
      "content-length": String(text?.length ?? 0),
      ...(text === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
  });
  request.end(text);
  return request;
}

async function* chunksOf(
  response: IncomingMessage,
  pause: { begin(): void; end(): void },
  socketPath: string,
): AsyncGenerator<Uint8Array> {
  try {
    pause.begin();
    for await (const chunk of response) {
      pause.end();
      if (Buffer.isBuffer(chunk)) yield new Uint8Array(chunk);
      pause.begin();
    }
  } catch (error) {
    throw asFault(error, socketPath);
  } finally {
    pause.end();
  }
}

function asFault(error: unknown, socketPath: string): Fault {
  if (error instanceof Fault) return error;
  const code = codeOf(error);
  if (code === "EACCES" || code === "EPERM") {
    return new Fault({
      reason: "NotPrivileged",
      message: `${socketPath} may not be used by this user`,
      resolution: "Run Holdfast as root, or as a user who may use the engine.",
      cause: error,
    });
  }
  return unavailable(`the container engine at ${socketPath} is not there: ${whyNot(error)}`, error);
}

function silent(socketPath: string, timeoutMs: number): Fault {
  return unavailable(`the container engine at ${socketPath} is silent for ${timeoutMs / 1000} s`);
}
