import { abortFault, type DaemonFault } from "../daemon-fault.ts";
import { fileFault } from "../files/own-directory.ts";
import type { AppendLog, AppendOptions, TornLine } from "./append-log.ts";
import { brokenFault, changedFault, closedFault, fullFault, lineFault } from "./append-faults.ts";
import type { LogCalls, LogFileCalls } from "./log-calls.ts";
import { appendAll, replaceLog, type Seal, sealLines } from "./replace-log.ts";

/** What a writer of lines starts with: a file that is as it should be. */
export interface LineWriterStart {
  readonly path: string;
  readonly calls: LogCalls;
  readonly file: LogFileCalls;
  readonly seal: Seal;
  readonly torn: TornLine | undefined;
  readonly sizeBytes: number;
  readonly lastLine: string | undefined;
  readonly maxLineBytes: number;
  readonly maxWaiting: number;
}

interface WaitingLine {
  readonly line: string;
  readonly onDurable: (() => void) | undefined;
  readonly resolve: (sealed: string) => void;
  readonly reject: (fault: DaemonFault) => void;
  /** Nobody waits for it any more. */
  isGivenUp: boolean;
}

/** As many lines share one write at most. */
const BATCH_LINES = 1_000;
/** However few they are, the lines that wait are not longer than this together. */
const MOST_WAITING_BYTES = 64 * 1024 * 1024;

/** Writes lines and rewrites files, one thing after the other: nothing overlaps on the file. */
export class LineWriter implements AppendLog {
  readonly #start: LineWriterStart;
  #file: LogFileCalls;
  #sizeBytes: number;
  #lastLine: string | undefined;
  readonly #waiting: WaitingLine[] = [];
  #waitingBytes = 0;
  /** What comes before the lines that wait. None of them rejects. */
  readonly #tasks: (() => Promise<void>)[] = [];
  #working: Promise<void> | undefined;
  #fault: DaemonFault | undefined;
  #closing: Promise<void> | undefined;

  constructor(start: LineWriterStart) {
    this.#start = start;
    this.#file = start.file;
    this.#sizeBytes = start.sizeBytes;
    this.#lastLine = start.lastLine;
  }

  get path(): string {
    return this.#start.path;
  }

  get torn(): TornLine | undefined {
    return this.#start.torn;
  }

  get lastLine(): string | undefined {
    return this.#lastLine;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  get fault(): DaemonFault | undefined {
    return this.#fault;
  }

  append(line: string, { signal, onDurable }: AppendOptions = {}): Promise<string> {
    if (signal?.aborted === true) return Promise.reject(abortFault(signal));
    const refusal = this.#fault ?? this.#refuse(line);
    if (refusal !== undefined) return Promise.reject(refusal);
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const waiting: WaitingLine = { line, onDurable, resolve, reject, isGivenUp: false };
    this.#waiting.push(waiting);
    this.#waitingBytes += Buffer.byteLength(line);
    this.#working ??= this.#work();
    return signal === undefined ? promise : givenUpOn(signal, waiting, promise);
  }

  rewrite(lines: () => Iterable<string>): Promise<void> {
    return this.#inTurn(() => this.#replace(lines));
  }

  check(): Promise<void> {
    return this.#inTurn(async () => {
      this.#fault ??= await this.#observedFault();
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  #refuse(line: string): DaemonFault | undefined {
    const { path, maxLineBytes, maxWaiting } = this.#start;
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

  #inTurn(task: () => Promise<void>): Promise<void> {
    if (this.#closing !== undefined) return Promise.reject(closedFault(this.path));
    return new Promise((resolve, reject) => {
      this.#tasks.push(() => task().then(resolve, reject));
      this.#working ??= this.#work();
    });
  }

  /** Never rejects: every failure is some caller's. */
  async #work(): Promise<void> {
    // What is appended in the same turn goes out together.
    await Promise.resolve();
    for (;;) {
      const task = this.#tasks.shift();
      if (task !== undefined) await task();
      else if (this.#waiting.length > 0) await this.#writeBatch();
      else break;
    }
    this.#working = undefined;
  }

  async #writeBatch(): Promise<void> {
    const next = this.#waiting.splice(0, BATCH_LINES);
    for (const { line } of next) this.#waitingBytes -= Buffer.byteLength(line);
    const batch = next.filter(({ isGivenUp }) => !isGivenUp);
    if (batch.length === 0) return;
    try {
      const lines = await this.#write(batch);
      for (const { onDurable } of batch) onDurable?.();
      batch.forEach(({ resolve }, index) => resolve(lines[index] ?? ""));
    } catch (error) {
      const fault = fileFault(this.path, error);
      for (const { reject } of batch) reject(fault);
    }
  }

  async #write(batch: readonly WaitingLine[]): Promise<readonly string[]> {
    // What another process added would be followed by a line that was sealed without it.
    this.#fault ??= await this.#observedFault();
    if (this.#fault !== undefined) throw this.#fault;
    const lines: string[] = [];
    for (const { line } of batch) {
      lines.push(this.#start.seal(line, lines.at(-1) ?? this.#lastLine));
    }
    const bytes = Buffer.from(`${lines.join("\n")}\n`);
    await this.#addBytes(bytes);
    this.#sizeBytes += bytes.length;
    this.#lastLine = lines.at(-1);
    return lines;
  }

  /** Why the file cannot be relied upon; `undefined` when it is as this writer left it. */
  async #observedFault(): Promise<DaemonFault | undefined> {
    try {
      const { sizeBytes, name } = await this.#file.observe();
      if (name === "gone") return brokenFault(this.path, "it was removed while it was open");
      if (name === "other") return changedFault(this.path, "another file took its place");
      if (sizeBytes === this.#sizeBytes) return undefined;
      const why = `another process made it ${sizeBytes} bytes long instead of ${this.#sizeBytes}`;
      return changedFault(this.path, why);
    } catch (error) {
      return brokenFault(this.path, error);
    }
  }

  async #addBytes(bytes: Uint8Array): Promise<void> {
    try {
      await appendAll(this.#file, bytes);
    } catch (error) {
      await this.#takeBack();
      throw error;
    }
    try {
      await this.#file.sync();
    } catch (error) {
      // The kernel may have dropped the pages and call the next sync a success.
      this.#fault = brokenFault(this.path, error);
      throw this.#fault;
    }
  }

  async #takeBack(): Promise<void> {
    try {
      await this.#file.truncate(this.#sizeBytes);
    } catch (error) {
      this.#fault = brokenFault(this.path, error);
      throw this.#fault;
    }
  }

  async #replace(lines: () => Iterable<string>): Promise<void> {
    const { path, calls, seal } = this.#start;
    const old = this.#file;
    const { file, sizeBytes, lastLine } = await replaceLog(
      calls,
      path,
      sealLines(lines(), seal),
    ).catch((error: unknown) => this.#failedReplace(error));
    this.#file = file;
    this.#sizeBytes = sizeBytes;
    this.#lastLine = lastLine;
    this.#fault = undefined;
    // Nothing is in it that anybody needs.
    await old.close().catch(() => undefined);
  }

  /** A new file that has taken the name and failed after that leaves the old one without it, by no fault of others. */
  async #failedReplace(error: unknown): Promise<never> {
    const fault = await this.#observedFault();
    if (fault !== undefined) this.#fault ??= brokenFault(this.path, error);
    throw error;
  }

  async #close(): Promise<void> {
    await this.#working;
    await this.#file.close();
  }
}

async function givenUpOn(
  signal: AbortSignal,
  waiting: WaitingLine,
  promise: Promise<string>,
): Promise<string> {
  const onAbort = (): void => {
    waiting.isGivenUp = true;
    waiting.reject(abortFault(signal));
  };
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await promise;
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
