import { Buffer } from "node:buffer";

/** What the strings of SSH are made of: a length in four bytes, then so many bytes (RFC 4251, section 5). */
export function sshString(content: Uint8Array | string): Uint8Array {
  const bytes = Buffer.from(content);
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** A number of SSH, in four bytes. */
export function sshNumber(value: number): Uint8Array {
  const bytes = Buffer.alloc(LENGTH_BYTES);
  bytes.writeUInt32BE(value);
  return bytes;
}

const LENGTH_BYTES = 4;

/**
 * Reads SSH's binary form from its begin to its end. After the first thing that is not there everything is `undefined`,
 * and it never counts as ended.
 */
export class SshReader {
  #rest: Buffer | undefined;

  constructor(bytes: Uint8Array) {
    this.#rest = Buffer.from(bytes);
  }

  /** True when everything was read, and was there. */
  get isAtEnd(): boolean {
    return this.#rest?.length === 0;
  }

  bytes(count: number): Buffer | undefined {
    const rest = this.#rest;
    this.#rest = rest === undefined || rest.length < count ? undefined : rest.subarray(count);
    return this.#rest === undefined ? undefined : rest?.subarray(0, count);
  }

  number(): number | undefined {
    return this.bytes(LENGTH_BYTES)?.readUInt32BE();
  }

  string(): Buffer | undefined {
    const length = this.number();
    return length === undefined ? undefined : this.bytes(length);
  }

  /** A string that holds ASCII only: the names of SSH. */
  name(): string | undefined {
    const bytes = this.string();
    const isName = bytes?.every((byte) => byte >= FIRST_PRINTABLE && byte <= LAST_PRINTABLE);
    return isName === true ? bytes?.toString("latin1") : undefined;
  }
}

const FIRST_PRINTABLE = 0x20;
const LAST_PRINTABLE = 0x7e;
