import type { IncomingMessage } from "node:http";
import { DaemonFault } from "../daemon-fault.ts";

const MOST_BYTES = 1024 * 1024;

/**
 * Reads the body of a request as text.
 * @throws {DaemonFault} BodyTooLarge, above 1 MiB; RequestAborted, when the client goes away.
 */
export async function readBody(request: IncomingMessage): Promise<string> {
  if (Number(request.headers["content-length"]) > MOST_BYTES) throw tooLarge();
  const parts: Uint8Array[] = [];
  let sizeBytes = 0;
  try {
    for await (const part of chunksOf(request)) {
      sizeBytes += part.length;
      if (sizeBytes > MOST_BYTES) throw tooLarge();
      parts.push(part);
    }
  } catch (error) {
    if (error instanceof DaemonFault) throw error;
    throw new DaemonFault({
      reason: "RequestAborted",
      message: "the client went away before its request was complete",
      resolution: "Send the request again.",
      cause: error,
    });
  }
  return Buffer.concat(parts).toString("utf8");
}

/** A request without an encoding gives bytes. */
function chunksOf(request: IncomingMessage): AsyncIterable<Uint8Array> {
  return request;
}

function tooLarge(): DaemonFault {
  return new DaemonFault({
    reason: "BodyTooLarge",
    message: `the body is longer than ${MOST_BYTES} bytes`,
    resolution: "Send less at a time.",
  });
}
