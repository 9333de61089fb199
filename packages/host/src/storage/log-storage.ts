import { abortFault, Fault, type LogStorage, throwIfAborted, toFault } from "@holdfast/core";
import { codeOf } from "../system/error-code.ts";
import { LogFile } from "./log-file.ts";
import { storageFault } from "./private-directory.ts";

/** A log storage that holds a descriptor from its first append to its disposal. */
export type OpenLogStorage = LogStorage & AsyncDisposable;

/**
 * Keeps a log in one file, mode 0600, in a directory that is made 0700. Opening touches nothing; the first append
 * makes directory and file. One process writes at a time: the caller holds the lock.
 *
 * Appends that arrive while a sync runs go out together in the next one, in their order. After a failed append the
 * file is cut back to what was durable; when even that fails, or a sync failed (the kernel may then have dropped the
 * pages), every later append fails until `replace` succeeds or the storage is opened anew.
 */
export function openLogStorage(path: string): OpenLogStorage {
  return new FileLogStorage(path);
}

interface Batch {
  readonly entries: BatchEntry[];
}

interface BatchEntry {
  readonly text: string;
  readonly signal: AbortSignal;
  readonly resolve: () => void;
  readonly reject: (fault: Fault) => void;
}

class FileLogStorage implements OpenLogStorage {
  readonly #file: LogFile;
  /** Takes entries until its write begins. */
  #batch: Batch | undefined;
  /** One operation on the file after the other; never rejects. */
  #last: Promise<void> = Promise.resolve();

  constructor(path: string) {
    this.#file = new LogFile(path);
  }

  read(signal: AbortSignal): Promise<string | undefined> {
    return this.#inTurn(() => this.#file.read(), signal);
  }

  append(text: string, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(abortFault(signal));
    return new Promise((resolve, reject) => {
      this.#openBatch().entries.push({ text, signal, resolve, reject });
    });
  }

  replace(text: string, signal: AbortSignal): Promise<void> {
    return this.#inTurn(() => this.#file.replace(text), signal);
  }

  truncate(sizeBytes: number, signal: AbortSignal): Promise<void> {
    return this.#inTurn(() => this.#file.truncate(sizeBytes), signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = this.#last.then(() => this.#file.close());
    this.#last = closed;
    await closed;
  }

  #inTurn<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    // What is appended after this call must not go out before it.
    this.#batch = undefined;
    const result = this.#last.then(async () => {
      throwIfAborted(signal);
      try {
        return await work();
      } catch (error) {
        throw this.#faultOf(error);
      }
    });
    // Its value is not kept: of a read that would be the whole log.
    this.#last = result.then(ignore, ignore);
    return result;
  }

  #openBatch(): Batch {
    if (this.#batch !== undefined) return this.#batch;
    const batch: Batch = { entries: [] };
    this.#batch = batch;
    this.#last = this.#last.then(() => this.#flush(batch));
    return batch;
  }

  async #flush(batch: Batch): Promise<void> {
    if (this.#batch === batch) this.#batch = undefined;
    const entries = batch.entries.filter((entry) => {
      if (!entry.signal.aborted) return true;
      entry.reject(abortFault(entry.signal));
      return false;
    });
    if (entries.length === 0) return;
    try {
      await this.#file.append(entries.map((entry) => entry.text).join(""));
    } catch (error) {
      const fault = this.#faultOf(error);
      for (const entry of entries) entry.reject(fault);
      return;
    }
    for (const entry of entries) entry.resolve();
  }

  #faultOf(error: unknown): Fault {
    if (error instanceof Fault) return error;
    // What has no system code is a mistake of ours, which must not read like a bad disk.
    if (codeOf(error) === undefined) return toFault(error);
    return storageFault(this.#file.path, "LedgerUnavailable", error);
  }
}

function ignore(): void {}
