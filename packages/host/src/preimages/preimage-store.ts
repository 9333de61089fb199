import { createHash } from "node:crypto";
import {
  type Log,
  type Preimages,
  type Random,
  type TakenBytes,
  throwIfAborted,
} from "@holdfast/core";
import type { LogCalls, LogFileCalls } from "@holdfast/daemonkit/appendlog";
import { gone, notKept, notKeptFault, tooLarge } from "./preimage-faults.ts";

/** What a store is kept with. */
export interface PreimageStoreOptions {
  /** The disk: files for their owner only. */
  readonly calls: LogCalls;
  /** Absolute. */
  readonly directory: string;
  readonly random: Pick<Random, "hex">;
  readonly log: Log;
  /** The keys that somebody may still ask for, those needed least first. What is not among them may go. */
  readonly needed: () => Iterable<string>;
  /** Another agent may be keeping bytes there: nothing is removed. Default false. */
  readonly isReadOnly?: boolean;
  /** Of all together. Default 256 MiB. */
  readonly budgetBytes?: number;
  /** Of one. Default 64 MiB. */
  readonly mostBytes?: number;
}

const MIB = 1024 * 1024;
const CHUNK_BYTES = 256 * 1024;
const TEMPORARY = ".taking-";
const KEY = /^[0-9a-f]{64}$/;

/**
 * Bytes by their content, each in a file of its own that is called like its key. Nothing is touched before the first use;
 * then what nobody needs any more is removed.
 */
export class PreimageStore implements Preimages {
  readonly #options: PreimageStoreOptions;
  readonly #budgetBytes: number;
  readonly #mostBytes: number;
  /** Kept, and by how many attempts that are not known to need it yet: none of it is dropped for others. */
  readonly #arriving = new Map<string, number>();
  #sizes: Promise<Map<string, number>> | undefined;

  constructor(options: PreimageStoreOptions) {
    this.#options = options;
    this.#budgetBytes = options.budgetBytes ?? 256 * MIB;
    this.#mostBytes = options.mostBytes ?? 64 * MIB;
  }

  async take(
    chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    { key: given }: { readonly key?: string },
    signal: AbortSignal,
  ): Promise<TakenBytes> {
    const sizes = await this.#opened();
    const { calls, random } = this.#options;
    const temporary = this.#path(TEMPORARY + random.hex(8));
    const file = await calls.create(temporary).catch(notKept);
    try {
      const { sha256, sizeBytes } = await this.#fill(file, chunks, signal);
      const key = given ?? sha256;
      return this.#taken({ file, temporary, key, sha256, sizeBytes }, sizes);
    } catch (error) {
      await this.#discard(file, temporary);
      throw error;
    }
  }

  async has(key: string): Promise<boolean> {
    return (await this.#opened()).has(key);
  }

  async *read(key: string, signal: AbortSignal): AsyncGenerator<Uint8Array, void> {
    const file = KEY.test(key) ? await this.#options.calls.openToRead(this.#path(key)) : undefined;
    if (file === undefined) throw gone(key);
    try {
      for (let at = 0; ; ) {
        throwIfAborted(signal);
        const chunk = await file.read(at, CHUNK_BYTES);
        if (chunk.length === 0) return;
        at += chunk.length;
        yield chunk;
      }
    } finally {
      await file.close();
    }
  }

  async #fill(
    file: LogFileCalls,
    chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    signal: AbortSignal,
  ): Promise<{ readonly sha256: string; readonly sizeBytes: number }> {
    const digest = createHash("sha256");
    let sizeBytes = 0;
    for await (const chunk of chunks) {
      throwIfAborted(signal);
      sizeBytes += chunk.length;
      if (sizeBytes > this.#mostBytes) throw tooLarge(this.#mostBytes);
      digest.update(chunk);
      for (let done = 0; done < chunk.length; )
        done += await file.append(chunk.subarray(done)).catch(notKept);
    }
    return { sha256: digest.digest("hex"), sizeBytes };
  }

  #taken(filled: FilledFile, sizes: Map<string, number>): TakenBytes {
    const { file, temporary, key, sha256, sizeBytes } = filled;
    let isOver = false;
    const end = async (work: () => Promise<void>): Promise<void> => {
      if (isOver) return;
      isOver = true;
      await work();
    };
    const discard = (): Promise<void> => end(() => this.#discard(file, temporary));
    let isArriving = false;
    return {
      sha256,
      sizeBytes,
      drop: async () => {
        if (isArriving) this.#arrived(key);
        isArriving = false;
        await discard();
      },
      keep: async () => {
        if (isOver) return;
        isArriving = true;
        this.#arriving.set(key, (this.#arriving.get(key) ?? 0) + 1);
        if (sizes.has(key)) return await discard();
        await end(async () => {
          try {
            await file.sync();
            await file.takeName(this.#path(key));
            await file.syncDirectory();
          } catch (error) {
            await this.#discard(file, temporary);
            throw notKeptFault(error);
          }
          await file.close();
          sizes.set(key, sizeBytes);
          await this.#stayWithin(sizes, key);
        });
      },
    };
  }

  #arrived(key: string): void {
    const others = (this.#arriving.get(key) ?? 1) - 1;
    if (others > 0) this.#arriving.set(key, others);
    else this.#arriving.delete(key);
  }

  /** What is needed least goes first; what was just kept stays. */
  async #stayWithin(sizes: Map<string, number>, newest: string): Promise<void> {
    let total = 0;
    for (const size of sizes.values()) total += size;
    if (total <= this.#budgetBytes) return;
    const needed = new Set(this.#options.needed());
    const unneeded = [...sizes.keys()].filter((key) => !needed.has(key));
    let dropped = 0;
    for (const key of [...unneeded, ...needed]) {
      const size = sizes.get(key);
      if (total <= this.#budgetBytes) break;
      if (size === undefined || key === newest || this.#arriving.has(key)) continue;
      await this.#remove(key, sizes).catch(notKept);
      total -= size;
      if (needed.has(key)) dropped += 1;
    }
    if (dropped === 0) return;
    this.#options.log.warn(
      "older contents of files are dropped: undo cannot give them back any more",
      {
        dropped,
        budgetBytes: this.#budgetBytes,
      },
    );
  }

  #opened(): Promise<Map<string, number>> {
    this.#sizes ??= this.#open().catch((error: unknown) => {
      this.#sizes = undefined;
      throw notKeptFault(error);
    });
    return this.#sizes;
  }

  /** What an agent left that was killed goes, and what is needed no more. */
  async #open(): Promise<Map<string, number>> {
    const { calls, directory, needed, isReadOnly = false } = this.#options;
    const sizes = new Map<string, number>();
    const wanted = new Set(needed());
    for (const name of await calls.list(directory)) {
      const isLeft = name.startsWith(TEMPORARY) || (KEY.test(name) && !wanted.has(name));
      if (isLeft && !isReadOnly) await calls.remove(this.#path(name));
      else if (KEY.test(name)) sizes.set(name, await this.#sizeOf(name));
    }
    return sizes;
  }

  async #sizeOf(key: string): Promise<number> {
    const file = await this.#options.calls.openToRead(this.#path(key));
    const size = await file?.sizeBytes();
    await file?.close();
    return size ?? 0;
  }

  async #remove(key: string, sizes: Map<string, number>): Promise<void> {
    await this.#options.calls.remove(this.#path(key));
    sizes.delete(key);
  }

  /** Best effort: the next start removes what is left. */
  async #discard(file: LogFileCalls, temporary: string): Promise<void> {
    await file.close().catch(() => undefined);
    await this.#options.calls.remove(temporary).catch(() => undefined);
  }

  #path(name: string): string {
    return `${this.#options.directory}/${name}`;
  }
}

/** A temporary file that holds all of it. */
interface FilledFile extends Pick<TakenBytes, "sha256" | "sizeBytes"> {
  readonly file: LogFileCalls;
  readonly temporary: string;
  readonly key: string;
}
