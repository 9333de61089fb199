import { type CLibrary, callFault } from "./c-library.ts";

/** LOCK_EX and LOCK_NB of flock(2); the same numbers on Linux, macOS and the BSDs. */
const EXCLUSIVE = 2;
const NON_BLOCKING = 4;

/** Binds flock(2). */
export function createFlock(library: CLibrary): (descriptor: number) => "taken" | "held" {
  const { koffi, symbols } = library;
  const flock: (descriptor: number, operation: number) => number =
    symbols.func("int flock(int, int)");
  const { EWOULDBLOCK, EINTR } = koffi.os.errno;
  return (descriptor) => {
    for (;;) {
      if (flock(descriptor, EXCLUSIVE | NON_BLOCKING) === 0) return "taken";
      const errno = koffi.errno();
      if (errno === EWOULDBLOCK) return "held";
      if (errno !== EINTR) throw callFault(library, "flock");
    }
  };
}
