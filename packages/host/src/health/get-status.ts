import type { ClientRequest, IncomingMessage } from "node:http";
import type { Clock } from "@holdfast/core";
import { whyNot } from "../conditions/dial.ts";

/** Read of a body before the connection is cut, so that most servers end in peace. */
const MOST_BODY_BYTES = 65_536;

const HEADERS = { "user-agent": "holdfast-health", accept: "*/*", connection: "close" } as const;

/** One question. */
export interface StatusRequest {
  readonly url: string;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/**
 * The status of one GET, or in words why there is none. No redirect is followed, no proxy of the environment is used,
 * and a certificate must be valid. Resolves when the connection is over: at the end of the body, beyond its bound, at
 * the deadline, or when the signal says so. Never rejects.
 */
export function getStatus(
  { url, timeoutMs, clock }: StatusRequest,
  signal: AbortSignal,
): Promise<number | string> {
  return new Promise((resolve) => {
    const request = send(url);
    let status: number | undefined;
    const end = (why: string): void => {
      cancel();
      signal.removeEventListener("abort", onAbort);
      request.destroy();
      resolve(status ?? why);
    };
    const onAbort = (): void => end("stopped before it answered");
    const cancel = clock.schedule(timeoutMs, () => end(`no answer within ${timeoutMs / 1000} s`));
    signal.addEventListener("abort", onAbort, { once: true });
    request.on("error", (error) => end(whyNot(error)));
    request.once("response", (response) => {
      status = response.statusCode;
      drain(response, () => end("it answered without a status"));
    });
    if (signal.aborted) onAbort();
  });
}

function send(url: string): ClientRequest {
  // A connection of its own: one that is kept would tell of the past.
  const options = { agent: false, headers: HEADERS } as const;
  // Loaded when something is asked, and without what Node's own import of it brings along.
  const { get } = process.getBuiltinModule(url.startsWith("https:") ? "node:https" : "node:http");
  return get(url, options);
}

/** Reads a body to its end or its bound, and keeps nothing. */
function drain(response: IncomingMessage, onEnd: () => void): void {
  let sizeBytes = 0;
  response.on("data", (chunk: Buffer) => {
    sizeBytes += chunk.length;
    if (sizeBytes > MOST_BODY_BYTES) onEnd();
  });
  response.once("end", onEnd);
  response.on("error", onEnd);
  response.once("close", onEnd);
}
