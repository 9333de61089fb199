import { spawn } from "node:child_process";
import { closeSync, fchownSync, readSync } from "node:fs";
import { Socket } from "node:net";
import { codeOf } from "../system/error-code.ts";
import type { ProcessCalls } from "./process-calls.ts";
import { systemEnvironment } from "./system-environment.ts";

/** Read at once after the end of a child. */
const READ_BYTES = 64 * 1024;
/** The largest pipe there is has 1 MiB; a process that still runs wrote what comes after that. */
const MOST_BYTES_AFTER_END = 1024 * 1024;

/** Who may open a child's streams again by name. */
export interface StreamOwner {
  readonly uid: number;
  readonly gid: number;
}

/**
 * What a child writes to one of its descriptors, read as it comes, so that it never waits for us and nothing grows. It is
 * a pipe, so scripts may write to `/dev/stderr`. When the child has ended and something that it left in the background
 * still holds the pipe, a reader is left with it that drops everything: it writes on as long as it runs, also when this
 * process does not.
 */
export class OutputPipe {
  readonly #calls: ProcessCalls;
  readonly #reader: number;
  readonly #writer: number;
  readonly #socket: Socket;
  readonly #take: (chunk: Uint8Array) => void;
  #isStarted = false;

  constructor(
    calls: ProcessCalls,
    take: (chunk: Uint8Array) => void,
    owner: StreamOwner | undefined,
  ) {
    this.#calls = calls;
    this.#take = take;
    const { reader, writer } = openOwnedPipe(calls, owner);
    this.#reader = reader;
    this.#writer = writer;
    this.#socket = new Socket({ fd: reader, readable: true, writable: false });
    this.#socket.on("data", take);
    // A pipe that cannot be read any more has nothing to say; the end of its child decides.
    this.#socket.on("error", () => {});
  }

  /** For the child. */
  get childEnd(): number {
    return this.#writer;
  }

  /** The child has its end: ours is closed, so that the last of its processes ends the stream. */
  started(): void {
    if (!this.#isStarted) closeSync(this.#writer);
    this.#isStarted = true;
  }

  /** Takes what was written before now; false when nobody can write any more. */
  readRest(): boolean {
    const buffer = new Uint8Array(READ_BYTES);
    for (let bytes = 0; bytes < MOST_BYTES_AFTER_END && !this.#socket.destroyed; ) {
      const count = readNow(this.#reader, buffer);
      if (count === undefined) return true;
      if (count === 0) return false;
      this.#take(buffer.slice(0, count));
      bytes += count;
    }
    return !this.#socket.destroyed;
  }

  /** Lets go of it. A process that writes on gets a reader. */
  release(): void {
    this.started();
    if (this.readRest()) this.#leaveReader();
    this.#socket.destroy();
  }

  #leaveReader(): void {
    this.#calls.makeBlocking(this.#reader);
    const reader = spawn("cat", [], {
      cwd: "/",
      env: systemEnvironment,
      stdio: [this.#reader, "ignore", "ignore"],
      // A session of its own: Ctrl-C in a terminal is for us.
      detached: true,
    });
    reader.unref();
    // Without `cat` the pipe breaks at the next write, as it does in a shell that goes away.
    reader.on("error", () => {});
  }
}

function openOwnedPipe(
  calls: ProcessCalls,
  owner: StreamOwner | undefined,
): ReturnType<ProcessCalls["openPipe"]> {
  const pipe = calls.openPipe();
  try {
    if (owner !== undefined) fchownSync(pipe.writer, owner.uid, owner.gid);
    return pipe;
  } catch (error) {
    for (const end of [pipe.reader, pipe.writer]) closeSync(end);
    throw error;
  }
}

/** `undefined` when there is nothing to be read now, 0 at the end. */
function readNow(descriptor: number, buffer: Uint8Array): number | undefined {
  try {
    return readSync(descriptor, buffer);
  } catch (error) {
    if (codeOf(error) === "EAGAIN") return undefined;
    throw error;
  }
}
