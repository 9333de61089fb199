import { assert } from "../assert.ts";
import type { DaemonFault } from "../daemon-fault.ts";
import { fileFault } from "../files/own-directory.ts";
import { numberOption, optionFault } from "../option.ts";
import { brokenFault, closedFault, fullFault, lineFault } from "./append-faults.ts";
import { type LogCalls, type LogFileCalls, systemLogCalls } from "./log-calls.ts";
import { readTail } from "./open-tail.ts";

/** What an append-only file is opened with. */
export interface AppendLogOptions {
  /** The directory is made 0750 where it is missing, the file 0640. */
  readonly path: string;
  /**
   * Gives a line its final form, from the line before it in the file (`undefined` for the first). It is called when
   * the line is about to be written, in the order of the file, again when a write failed and another follows.
   * Default: as it is.
   */
  readonly seal?: (line: string, previous: string | undefined) => string;
  /** The longest line, in bytes. Default 1 MiB. */
  readonly maxLineBytes?: number;
  /** The most lines that wait for their turn. Default 10 000. */
  readonly maxWaiting?: number;
  /** Default: the system's. */
  readonly calls?: LogCalls;
}

/** What opening cut off, because a crash left it behind unfinished; it was never acknowledged. */
export interface TornLine {
  readonly bytes: number;
}

/**
 * A file that lines are only ever added to. One process writes it at a time. Disposing waits for the lines that are
 * under way.
 */
export interface AppendLog extends AsyncDisposable {
  readonly path: string;
  readonly torn: TornLine | undefined;
  /** The last line that is durable; `undefined` in an empty file. */
  readonly lastLine: string | undefined;
  /** How much of it is durable. */
  readonly sizeBytes: number;
  /**
   * Adds one line and resolves to it, as it was sealed, when it is durable. Lines that come while others are being
   * made durable share the next fsync, in their order. A write that failed is taken back, and later ones are tried.
   * @throws {DaemonFault} LineInvalid, when it has a line break or is too long; AppendLogFull, when too many wait;
   *   DiskFull, FileFailed; AppendLogBroken, when a sync failed, a failed write could not be taken back, or the
   *   file was removed or changed by others: open anew.
   */
  append(line: string): Promise<string>;
}

/**
 * Opens an append-only file and repairs it: a last line without an end is cut off, and said in `torn`.
 * @throws {DaemonFault} PathUnsafe, DiskFull, FileFailed; LogCorrupt, when it is no file of lines; OptionInvalid.
 */
export async function openAppendLog(options: AppendLogOptions): Promise<AppendLog> {
  const { path, calls = systemLogCalls, seal = (line: string) => line } = options;
  const maxLineBytes = numberOption({
    name: "maxLineBytes",
    value: options.maxLineBytes,
    otherwise: 1024 * 1024,
  });
  const maxWaiting = numberOption({
    name: "maxWaiting",
    value: options.maxWaiting,
    otherwise: 10_000,
  });
  if (path === "") throw optionFault("the log has no path", "Give it one.");
  const file = await calls.open(path);
  try {
    const tail = await readTail(file, path, maxLineBytes + SEAL_BYTES);
    if (tail.tornBytes > 0) await file.truncate(tail.sizeBytes);
    // Also what a writer before us left unsynced: it is about to be built upon.
    await file.sync();
    await file.syncDirectory();
    const torn = tail.tornBytes === 0 ? undefined : { bytes: tail.tornBytes };
    return new OpenAppendLog({ path, file, seal, torn, ...tail, maxLineBytes, maxWaiting });
  } catch (error) {
    await file.close();
    throw fileFault(path, error);
  }
}

/** As much as a seal may add to a line. */
const SEAL_BYTES = 4_096;

interface Opened {
  readonly path: string;
  readonly file: LogFileCalls;
  readonly seal: (line: string, previous: string | undefined) => string;
  readonly torn: TornLine | undefined;
  readonly sizeBytes: number;
  readonly lastLine: string | undefined;
  readonly maxLineBytes: number;
  readonly maxWaiting: number;
}

interface WaitingLine {
  readonly line: string;
  readonly resolve: (sealed: string) => void;
  readonly reject: (fault: DaemonFault) => void;
}

/** As many lines share one write at most. */
const BATCH_LINES = 1_000;
/** However few they are, the lines that wait are not longer than this together. */
const MOST_WAITING_BYTES = 64 * 1024 * 1024;

class OpenAppendLog implements AppendLog {
  readonly #opened: Opened;
  #sizeBytes: number;
  #lastLine: string | undefined;
  readonly #waiting: WaitingLine[] = [];
  #waitingBytes = 0;
  #writing: Promise<void> | undefined;
  #refusal: DaemonFault | undefined;
  #closing: Promise<void> | undefined;

  constructor(opened: Opened) {
    this.#opened = opened;
    this.#sizeBytes = opened.sizeBytes;
    this.#lastLine = opened.lastLine;
  }

  get path(): string {
    return this.#opened.path;
  }

  get torn(): TornLine | undefined {
    return this.#opened.torn;
  }

  get lastLine(): string | undefined {
    return this.#lastLine;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  append(line: string): Promise<string> {
    const refusal = this.#refusal ?? this.#refuse(line);
    if (refusal !== undefined) return Promise.reject(refusal);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ line, resolve, reject });
      this.#waitingBytes += Buffer.byteLength(line);
      this.#writing ??= this.#writeAll();
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  #refuse(line: string): DaemonFault | undefined {
    const { path, maxLineBytes, maxWaiting } = this.#opened;
    if (this.#closing !== undefined) return closedFault(path);
    if (/[\n\r]/.test(line)) return lineFault(path, "it has a line break");
    const sizeBytes = Buffer.byteLength(line);
    if (sizeBytes >= maxLineBytes) {
      return lineFault(path, `it is not shorter than ${maxLineBytes} bytes`);
    }
    const hasRoom =
      this.#waiting.length < maxWaiting && this.#waitingBytes + sizeBytes <= MOST_WAITING_BYTES;
    return hasRoom ? undefined : fullFault(path, this.#waiting.length);
  }

  /** Never rejects: every failure is some line's. */
  async #writeAll(): Promise<void> {
    // What is appended in the same turn goes out together.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, BATCH_LINES);
      for (const { line } of batch) this.#waitingBytes -= Buffer.byteLength(line);
      try {
        const sealed = await this.#write(batch);
        batch.forEach(({ resolve }, index) => resolve(sealed[index] ?? ""));
      } catch (error) {
        const fault = fileFault(this.path, error);
        for (const { reject } of batch) reject(fault);
      }
    }
    this.#writing = undefined;
  }

  async #write(batch: readonly WaitingLine[]): Promise<readonly string[]> {
    if (this.#refusal !== undefined) throw this.#refusal;
    await this.#refuseSecondWriter();
    const sealed: string[] = [];
    for (const { line } of batch) {
      sealed.push(this.#opened.seal(line, sealed.at(-1) ?? this.#lastLine));
    }
    const bytes = Buffer.from(`${sealed.join("\n")}\n`);
    await this.#addBytes(bytes);
    this.#sizeBytes += bytes.length;
    this.#lastLine = sealed.at(-1);
    return sealed;
  }

  /** What another process added would be followed by a line that was sealed without it. */
  async #refuseSecondWriter(): Promise<void> {
    const sizeBytes = await this.#opened.file.sizeBytes();
    if (sizeBytes === this.#sizeBytes) return;
    const why = `another process made it ${sizeBytes} bytes long instead of ${this.#sizeBytes}`;
    this.#refusal = brokenFault(this.path, why);
    throw this.#refusal;
  }

  async #addBytes(bytes: Uint8Array): Promise<void> {
    const { file } = this.#opened;
    try {
      for (let done = 0; done < bytes.length; ) {
        const written = await file.append(bytes.subarray(done));
        assert(written > 0, "a write that does not fail writes something");
        done += written;
      }
    } catch (error) {
      await this.#takeBack();
      throw error;
    }
    try {
      await file.sync();
    } catch (error) {
      // The kernel may have dropped the pages and call the next sync a success.
      this.#refusal = brokenFault(this.path, error);
      throw this.#refusal;
    }
  }

  async #takeBack(): Promise<void> {
    try {
      await this.#opened.file.truncate(this.#sizeBytes);
    } catch (error) {
      this.#refusal = brokenFault(this.path, error);
      throw this.#refusal;
    }
  }

  async #close(): Promise<void> {
    await this.#writing;
    await this.#opened.file.close();
  }
}
