import { throwIfAborted } from "@holdfast/core";
import { unlessAborted } from "./systemd/call-limit.ts";

/**
 * Has systemd read its unit files again, once for all who ask while that is under way: it takes it a good part of a second,
 * in which it does nothing else.
 */
export class SharedReload {
  readonly #read: () => Promise<void>;
  #current: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  /** `read` is bounded by a deadline of its own: nobody who gives up stops it for the others. */
  constructor(read: () => Promise<void>) {
    this.#read = read;
  }

  /**
   * Resolves when a reading that began after this call has ended. @throws what `read` throws, or Aborted.
   */
  async reload(signal: AbortSignal): Promise<void> {
    throwIfAborted(signal);
    return unlessAborted(this.#ask(), signal);
  }

  #ask(): Promise<void> {
    if (this.#current === undefined) return this.#begin();
    const begin = (): Promise<void> => {
      this.#next = undefined;
      return this.#begin();
    };
    this.#next ??= this.#current.then(begin, begin);
    return this.#next;
  }

  #begin(): Promise<void> {
    const current = this.#read();
    const end = (): void => {
      if (this.#current === current) this.#current = undefined;
    };
    this.#current = current;
    current.then(end, end);
    return current;
  }
}
