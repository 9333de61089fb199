import { Fault, type FileReader, type FileStreamRequest, throwIfAborted } from "@holdfast/core";
import { errnoFault } from "../errno-fault.ts";
import { isRegular } from "../file-entry.ts";
import type { MountReader } from "../walk/mount-reader.ts";
import type { Pass } from "../walk/pass.ts";
import { changesTooFast, openSame } from "./local-reader.ts";
import { chunksOf } from "./read-long.ts";
import type { ReadTools } from "./read-many.ts";

/** What streaming works with. */
export interface StreamTools extends Pick<ReadTools, "calls" | "remote" | "root"> {
  openPass(): Pass;
  readonly mounts: Pick<MountReader, "recent">;
}

interface Streaming extends StreamTools {
  /** A file of another machine comes whole, so there is one at a time. */
  readonly remoteTurns: Turns;
}

/** Makes what reads regular files in chunks. */
export function openStreams(tools: StreamTools): FileReader["stream"] {
  const streaming = { ...tools, remoteTurns: new Turns() };
  return (request, signal) => streamFile(streaming, request, signal);
}

async function* streamFile(
  tools: Streaming,
  request: FileStreamRequest,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  let sizeBytes = 0;
  for await (const chunk of chunksIn(tools, request, signal)) {
    sizeBytes += chunk.length;
    if (sizeBytes > request.maxBytes) throw tooLarge(request);
    yield chunk;
  }
}

async function* chunksIn(
  tools: Streaming,
  request: FileStreamRequest,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  const { calls, mounts, root } = tools;
  const { path, followLink = false } = request;
  const table = mounts.recent();
  const remoteRoot = table.hasRemote ? table.remoteMountOn(root) : undefined;
  if (remoteRoot !== undefined) return yield* remoteContent(tools, remoteRoot, request, signal);
  try {
    using pass = tools.openPass();
    const located = pass.locate(path, followLink);
    if (located.type === "remote") {
      return yield* remoteContent(tools, located.mountPoint, request, signal);
    }
    if (located.type === "missing" || located.stat === undefined) throw noFile(path);
    if (!isRegular(located.stat)) throw noFile(path);
    const opened = openSame(calls, located, located.stat);
    if (opened === undefined) throw changesTooFast(path);
    try {
      yield* chunksOf(calls, opened.file, signal);
    } finally {
      calls.close(opened.file);
    }
  } catch (error) {
    throwIfAborted(signal);
    throw errnoFault(error, "read", path);
  }
}

async function* remoteContent(
  { remote, remoteTurns, root }: Streaming,
  mountPoint: string,
  { path, followLink = false, maxBytes }: FileStreamRequest,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  using _ = await remoteTurns.next();
  const request = { path, followLink, maxBytes, content: "bytes" } as const;
  const [answer] = await remote.readMany({ mountPoint, root }, [request], signal);
  if (answer?.type === "unknown") throw answer.fault;
  const reading = answer?.type === "present" ? answer.value : undefined;
  if (reading?.entry.type !== "file") throw noFile(path);
  if (reading.bytes === undefined) throw tooLarge({ path, maxBytes });
  yield reading.bytes;
}

/** Lets one go at a time, in the order in which they come. */
class Turns {
  #last = Promise.resolve();

  /** Resolves when those before are over; disposing ends the turn. */
  async next(): Promise<Disposable> {
    const over = Promise.withResolvers<void>();
    const before = this.#last;
    this.#last = over.promise;
    await before;
    return { [Symbol.dispose]: () => over.resolve() };
  }
}

function noFile(path: string): Fault {
  return new Fault({
    reason: "NotFound",
    message: `cannot read ${path}: there is no regular file`,
    resolution: `Put a file at ${path}, or correct the path.`,
    retry: "backoff",
  });
}

function tooLarge({ path, maxBytes }: Pick<FileStreamRequest, "path" | "maxBytes">): Fault {
  return new Fault({
    reason: "ContentTooLarge",
    message: `${path} has more than ${maxBytes} bytes`,
    resolution: "Copy it with an exec that has a guard.",
  });
}
