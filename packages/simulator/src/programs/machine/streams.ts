import type { ByteText } from "./byte-text.ts";
import type { Disk } from "./disk.ts";
import { NotUnderstood } from "./not-understood.ts";

/** Where a program's output goes. */
export interface Output {
  write(text: ByteText): void;
  /** The absolute path of the file that is written, if it is one. */
  readonly path?: ByteText | undefined;
  /** True for the stderr of the whole command: in which order others write there says nothing. */
  readonly isLoose?: boolean;
}

/** Tells whether anything was written. */
export class Watched implements Output {
  readonly #output: Output;
  hasText = false;

  constructor(output: Output) {
    this.#output = output;
  }

  get path(): ByteText | undefined {
    return this.#output.path;
  }

  get isLoose(): boolean {
    return this.#output.isLoose === true;
  }

  write(text: ByteText): void {
    this.hasText ||= text !== "";
    this.#output.write(text);
  }
}

/** What programs read, each taking up where the one before it stopped. */
export class Input {
  /** The absolute path of the file that is read, if it is one. */
  readonly path: ByteText | undefined;
  #rest: ByteText | (() => ByteText);
  #isSpoilt = false;

  /** A text, or a file that is read when somebody does. */
  constructor(rest: ByteText | (() => ByteText), path?: ByteText) {
    this.#rest = rest;
    this.path = path;
  }

  /** True when something was not read, or may not have been. */
  get isLeft(): boolean {
    return this.#isSpoilt || (typeof this.#rest === "string" && this.#rest !== "");
  }

  /** All that is left. */
  takeAll(): ByteText {
    if (this.#isSpoilt) throw new NotUnderstood("reading on where another program stopped early");
    const text = typeof this.#rest === "string" ? this.#rest : this.#rest();
    this.#rest = "";
    return text;
  }

  /** For programs that stop early: how much of the rest is gone depends on their buffers, so nobody may read on. */
  takeSome(): ByteText {
    const text = this.takeAll();
    this.#isSpoilt = text !== "";
    return text;
  }
}

/** Keeps what is written, for a pipe or a substitution. */
export class Captured implements Output {
  readonly isLoose: boolean;
  #text: ByteText = "";

  constructor({ isLoose = false }: { readonly isLoose?: boolean } = {}) {
    this.isLoose = isLoose;
  }

  write(text: ByteText): void {
    this.#text += text;
  }

  text(): ByteText {
    return this.#text;
  }
}

/** Keeps nothing. */
export const nowhere: Output = { write: () => {} };

/** A file that is open for writing, with an offset of its own. */
export class FileOutput implements Output {
  readonly path: ByteText;
  readonly #disk: Disk;
  readonly #isAppending: boolean;
  readonly #inode: number;
  #offset = 0;

  /** Opens it. @throws {DiskError} When it cannot be. */
  constructor(disk: Disk, path: ByteText, { isAppending }: { readonly isAppending: boolean }) {
    this.#disk = disk;
    this.#isAppending = isAppending;
    this.path = disk.openForWriting(path, { isCut: !isAppending });
    this.#inode = disk.stat(this.path).ino;
  }

  write(text: ByteText): void {
    if (text === "") return;
    if (this.#disk.find(this.path, false)?.ino !== this.#inode)
      throw new NotUnderstood("writing to a file that was moved or removed while it was open");
    const before = this.path === "/dev/null" ? "" : this.#disk.readForWriting(this.path);
    if (this.#isAppending) this.#offset = before.length;
    const head = before.slice(0, this.#offset).padEnd(this.#offset, "\0");
    const tail = before.slice(this.#offset + text.length);
    this.#disk.write(this.path, head + text + tail);
    this.#offset += text.length;
  }
}
