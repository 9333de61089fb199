import { createHash } from "node:crypto";
import type { FileWriteRequest, StreamedContent } from "@holdfast/core";
import type { FileCalls } from "../calls.ts";
import { writeAll } from "./temporary/temporary-file.ts";

/**
 * Puts the content into a new file. Returns how long it is.
 * @throws an errno error, or a {Fault}: what making the content or checking it throws; Aborted.
 */
export async function fillContent(
  calls: FileCalls,
  file: number,
  content: FileWriteRequest["content"],
  signal: AbortSignal,
): Promise<number> {
  if (!(content instanceof Uint8Array)) return await fillStreamed(calls, file, content, signal);
  await writeAll(calls, file, content, signal);
  return content.length;
}

async function fillStreamed(
  calls: FileCalls,
  file: number,
  { chunks, check }: StreamedContent,
  signal: AbortSignal,
): Promise<number> {
  const digest = createHash("sha256");
  let length = 0;
  let endsInHole = false;
  for await (const chunk of chunks) {
    if (check !== undefined) digest.update(chunk);
    endsInHole = isHole(chunk);
    if (!endsInHole) await writeAll(calls, file, chunk, signal, length);
    length += chunk.length;
  }
  // Writing its last byte gives the file its length.
  if (endsInHole) await writeAll(calls, file, Uint8Array.of(0), signal, length - 1);
  check?.(digest.digest("hex"));
  return length;
}

/** What reads as zeros although nothing is on the disk: a sparse file stays one. */
function isHole(chunk: Uint8Array): boolean {
  return chunk[0] === 0 && Buffer.compare(chunk, Buffer.alloc(chunk.length)) === 0;
}
