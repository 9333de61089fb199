import { constants } from "node:os";
import type { WriterCheck } from "./calls.ts";

/** F_SETLEASE, F_RDLCK and F_UNLCK of fcntl(2), as Linux numbers them. */
const SET_LEASE = 1024;
const READ_LEASE = 0;
const NO_LEASE = 2;

/**
 * Asks the kernel by a lease, through koffi: it gives one for reading only where nobody has the file open for writing. The
 * lease is given back at once, and nobody can open a file without a name, so that it never stands in anybody's way.
 * `undefined` where koffi is not to be had.
 */
export async function loadRealWriterCheck(): Promise<WriterCheck | undefined> {
  if (process.platform !== "linux") return undefined;
  const koffi = await import("koffi").then(
    (found) => found.default,
    () => undefined,
  );
  if (koffi === undefined) return undefined;
  const call: (file: number, command: number, type: string, lease: number) => number = koffi
    .load(null)
    .func("fcntl", "int", ["int", "int", "..."]);
  const setLease = (file: number, lease: number): boolean =>
    call(file, SET_LEASE, "int", lease) === 0;
  return (file) => {
    if (!setLease(file, READ_LEASE)) return koffi.errno() === constants.errno.EAGAIN;
    setLease(file, NO_LEASE);
    return false;
  };
}
