import { DaemonFault } from "../daemon-fault.ts";
import { type CLibrary, callFault } from "./c-library.ts";

/** Both ends of a pipe; neither is passed on to children by itself. */
export interface Pipe {
  readonly reader: number;
  readonly writer: number;
}

/** Of Linux, on every architecture that Node runs on but MIPS. */
const O_CLOEXEC = 0o2000000;

/**
 * Binds pipe2(2).
 * @throws {DaemonFault} NativeUnavailable, on anything but Linux.
 */
export function createPipes(library: CLibrary): () => Pipe {
  if (process.platform !== "linux" || process.arch.startsWith("mips")) throw unavailable();
  const pipe: (ends: Int32Array, flags: number) => number =
    library.symbols.func("int pipe2(void *, int)");
  return () => {
    const ends = new Int32Array(2);
    if (pipe(ends, O_CLOEXEC) < 0) throw callFault(library, "pipe2");
    const [reader = -1, writer = -1] = ends;
    return { reader, writer };
  };
}

function unavailable(): DaemonFault {
  return new DaemonFault({
    reason: "NativeUnavailable",
    message: `pipes are not available on ${process.platform} ${process.arch}`,
    resolution: "Run this on Linux where commands open their streams by name.",
  });
}
