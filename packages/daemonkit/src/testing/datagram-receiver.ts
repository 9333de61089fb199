import { rmSync } from "node:fs";
import koffi from "koffi";

/** Receives AF_UNIX datagrams as a service manager does; Linux only. */
export interface DatagramReceiver extends Disposable {
  /** Everything that has come since the last call. */
  received(): readonly string[];
}

const c = koffi.load(null);
const socket: (...numbers: readonly [number, number, number]) => number = c.func(
  "int socket(int, int, int)",
);
const bind: (descriptor: number, address: Uint8Array, sizeBytes: number) => number = c.func(
  "int bind(int, void *, uint32_t)",
);
const recv: (...given: readonly [number, Uint8Array, number, number]) => number = c.func(
  "int64_t recv(int, void *, size_t, int)",
);
const close: (descriptor: number) => number = c.func("int close(int)");
const DONT_WAIT = 0x40;

/** Opens one at a path, or at an abstract address that begins with `@`. */
export function receiveDatagrams(address: string): DatagramReceiver {
  const isAbstract = address.startsWith("@");
  const path = Buffer.from(isAbstract ? `\0${address.slice(1)}` : `${address}\0`);
  const name = Buffer.concat([Buffer.from([1, 0]), path]);
  const descriptor = socket(1, 2, 0);
  if (bind(descriptor, name, name.length) !== 0) throw new Error(`errno ${koffi.errno()}`);
  return {
    received() {
      const texts: string[] = [];
      const buffer = Buffer.alloc(4_096);
      for (;;) {
        const length = recv(descriptor, buffer, buffer.length, DONT_WAIT);
        if (length < 0) return texts;
        texts.push(buffer.toString("utf8", 0, length));
      }
    },
    [Symbol.dispose]() {
      close(descriptor);
      if (!isAbstract) rmSync(address, { force: true });
    },
  };
}
