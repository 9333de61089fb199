import type { ClientRequest, IncomingMessage } from "node:http";
import type { Clock } from "@holdfast/core";
import { whyNot } from "../conditions/dial.ts";

const HEADERS = { "user-agent": "holdfast-health", accept: "*/*", connection: "close" } as const;

/** One question. */
export interface GetRequest {
  /** A URL, or a path at a Unix socket. */
  readonly target: string | { readonly socketPath: string; readonly path: string };
  readonly timeoutMs: number;
  /** Read of the body before the connection is cut. */
  readonly mostBytes: number;
  readonly clock: Clock;
}

/** What came back. */
export interface Answer {
  readonly status: number;
  /** As far as it was read. */
  readonly body: string;
}

/**
 * The answer to one GET, or in words why there is none. No redirect is followed, no proxy of the environment is used,
 * and a certificate must be valid. Resolves when the connection is over: at the end of the body, beyond its bound, at
 * the deadline, or when the signal says so. Never rejects.
 */
export function getOnce(
  { target, timeoutMs, mostBytes, clock }: GetRequest,
  signal: AbortSignal,
): Promise<Answer | string> {
  return new Promise((resolve) => {
    const request = send(target);
    const chunks: Buffer[] = [];
    let status: number | undefined;
    const end = (why: string): void => {
      cancel();
      signal.removeEventListener("abort", onAbort);
      request.destroy();
      if (status === undefined) resolve(why);
      else resolve({ status, body: Buffer.concat(chunks).toString("utf8") });
    };
    const onAbort = (): void => end("stopped before it answered");
    const cancel = clock.schedule(timeoutMs, () => end(`no answer within ${timeoutMs / 1000} s`));
    signal.addEventListener("abort", onAbort, { once: true });
    request.on("error", (error) => end(whyNot(error)));
    request.once("response", (response) => {
      status = response.statusCode;
      read(response, { chunks, mostBytes, onEnd: () => end("it answered without a status") });
    });
    if (signal.aborted) onAbort();
  });
}

function send(target: GetRequest["target"]): ClientRequest {
  // A connection of its own: one that is kept would tell of the past.
  const options = { agent: false, headers: HEADERS } as const;
  // Loaded when something is asked, and without what Node's own import of it brings along.
  if (typeof target !== "string")
    return process.getBuiltinModule("node:http").get({ ...target, ...options });
  const isSecure = target.startsWith("https:");
  return process.getBuiltinModule(isSecure ? "node:https" : "node:http").get(target, options);
}

interface Reading {
  readonly chunks: Buffer[];
  readonly mostBytes: number;
  readonly onEnd: () => void;
}

/** Reads a body to its end or its bound. */
function read(response: IncomingMessage, { chunks, mostBytes, onEnd }: Reading): void {
  let sizeBytes = 0;
  response.on("data", (chunk: Buffer) => {
    sizeBytes += chunk.length;
    if (sizeBytes > mostBytes) onEnd();
    else chunks.push(chunk);
  });
  response.once("end", onEnd);
  response.on("error", onEnd);
  response.once("close", onEnd);
}
