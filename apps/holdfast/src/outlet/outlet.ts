import { fstatSync, type Stats, write } from "node:fs";
import type { Stream } from "../surroundings.ts";
import type { OutputFailure } from "./output-failure.ts";
import { type OutputListener, type Sink, WriteQueue } from "./write-queue.ts";

/** One of our own streams: a write costs its caller neither an exception nor time. */
export interface Outlet extends Stream {
  limit(characters: number): void;
  listen(listener: OutputListener): void;
  /** The first failure that cost text; `undefined` when all was written, or there was no reader. */
  readonly loss: OutputFailure | undefined;
  /** Resolves when all is written or dropped. */
  settle(): Promise<void>;
}

type OwnStream = NodeJS.WriteStream & { readonly fd: number };

/** The outlets of standard output and standard error. What goes to one file goes there in its order. */
export function openOutlets(
  stdout: OwnStream,
  stderr: OwnStream,
): { readonly stdout: Outlet; readonly stderr: Outlet } {
  const [first, second] = [openEnd(stdout), openEnd(stderr)];
  const queue = new WriteQueue(first.sink);
  const isShared = first.file !== undefined && first.file === second.file;
  return {
    stdout: outletOf(stdout, queue),
    stderr: outletOf(stderr, isShared ? queue : new WriteQueue(second.sink)),
  };
}

function outletOf(stream: OwnStream, queue: WriteQueue): Outlet {
  return {
    isTTY: stream.isTTY === true,
    get columns() {
      return stream.columns;
    },
    get rows() {
      return stream.rows;
    },
    on: (event, listener) => stream.on(event, listener),
    off: (event, listener) => stream.off(event, listener),
    write: (text) => queue.write(text),
    limit: (characters) => queue.limit(characters),
    listen: (listener) => queue.listen(listener),
    get loss() {
      return queue.loss;
    },
    settle: () => queue.settle(),
  };
}

/** What a stream leads to. */
interface End {
  readonly sink: Sink;
  /** Names the file, where it is one. */
  readonly file: string | undefined;
}

function openEnd(stream: OwnStream): End {
  // The writer gets its own failure. An error without a listener would end the process.
  stream.on("error", () => {});
  const entry = stream.isTTY === true ? undefined : statOf(stream.fd);
  if (entry === undefined || entry.isFIFO() || entry.isSocket()) {
    return { sink: streamSink(stream), file: undefined };
  }
  return { sink: fileSink(stream.fd), file: `${entry.dev}:${entry.ino}` };
}

function statOf(fileDescriptor: number): Stats | undefined {
  try {
    return fstatSync(fileDescriptor);
  } catch (error) {
    // A descriptor that is closed leads nowhere; writing says so.
    if (error instanceof Error && "code" in error) return undefined;
    throw error;
  }
}

/** A terminal, a pipe or a socket. Once it failed it is over: the first failure is that of all that follows. */
function streamSink(stream: OwnStream): Sink {
  let failed: Error | undefined;
  return {
    isImmediate: stream.isTTY === true,
    async write(text) {
      if (failed !== undefined) throw failed;
      await new Promise<void>((resolve, reject) => {
        stream.write(text, (error) => {
          if (error === null || error === undefined) return resolve();
          failed ??= error;
          reject(failed);
        });
      });
    },
  };
}

/**
 * A file or a device, which Node's own stream writes to in this thread, and gives up for good at the first failure. Here
 * a disk that does not answer delays no caller, and one that has room again is written to again.
 */
function fileSink(fileDescriptor: number): Sink {
  return {
    isImmediate: false,
    async write(text) {
      let left = Buffer.from(text);
      while (left.length > 0) left = left.subarray(await writeSome(fileDescriptor, left));
    },
  };
}

function writeSome(fileDescriptor: number, bytes: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    write(fileDescriptor, bytes, (error, count) => {
      if (error === null) resolve(count);
      else reject(error);
    });
  });
}
