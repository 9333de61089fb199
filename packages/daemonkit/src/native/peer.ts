import { DaemonFault } from "../daemon-fault.ts";
import { type CLibrary, callFault } from "./c-library.ts";

/** Who is at the other end of a Unix socket, as the kernel saw it when it connected. */
export interface Peer {
  readonly pid: number;
  readonly uid: number;
  /** Its group and its supplementary groups. */
  readonly gids: readonly number[];
}

/** From asm-generic/socket.h of Linux; the architectures below use these numbers. */
const SOL_SOCKET = 1;
const SO_PEERCRED = 17;
const SO_PEERGROUPS = 59;
const ARCHITECTURES: ReadonlySet<string> = new Set([
  "x64",
  "arm64",
  "arm",
  "ia32",
  "riscv64",
  "loong64",
  "s390x",
]);
/** Room for as many groups as are tried first; the kernel says when there are more. */
const FIRST_GROUPS = 64;
const INTEGER_BYTES = 4;

/**
 * Binds SO_PEERCRED and SO_PEERGROUPS.
 * @throws {DaemonFault} NativeUnavailable, on anything but Linux.
 */
export function createPeerReader(library: CLibrary): (descriptor: number) => Peer {
  if (process.platform !== "linux" || !ARCHITECTURES.has(process.arch)) throw unavailable();
  const getsockopt: SocketOptionReader = library.symbols.func(
    "int getsockopt(int, int, int, void *, void *)",
  );
  return (descriptor) => {
    const [pid = 0, uid = -1, gid = -1] = readIntegers({
      library,
      getsockopt,
      descriptor,
      option: SO_PEERCRED,
      room: 3,
    });
    return { pid, uid, gids: [...new Set([gid, ...readGroups(library, getsockopt, descriptor)])] };
  };
}

type SocketOptionReader = (
  descriptor: number,
  level: number,
  option: number,
  value: Uint8Array,
  length: Uint8Array,
) => number;

function readGroups(
  library: CLibrary,
  getsockopt: SocketOptionReader,
  descriptor: number,
): readonly number[] {
  const { ENOPROTOOPT } = library.koffi.os.errno;
  const request = { library, getsockopt, descriptor, option: SO_PEERGROUPS, room: FIRST_GROUPS };
  try {
    return readIntegers(request);
  } catch (error) {
    // Kernels before 4.13 know the first group only, which grants less and never more.
    if (library.koffi.errno() === ENOPROTOOPT) return [];
    throw error;
  }
}

interface IntegersRequest {
  readonly library: CLibrary;
  readonly getsockopt: SocketOptionReader;
  readonly descriptor: number;
  readonly option: number;
  /** How many there is room for. */
  readonly room: number;
}

/** Reads an option that is a list of 32-bit numbers, with as much room as it turns out to need. */
function readIntegers(request: IntegersRequest): readonly number[] {
  const { library, getsockopt, descriptor, option, room } = request;
  const value = new Uint32Array(room);
  const length = Uint32Array.of(room * INTEGER_BYTES);
  const status = getsockopt(descriptor, SOL_SOCKET, option, bytesOf(value), bytesOf(length));
  const count = Math.floor((length[0] ?? 0) / INTEGER_BYTES);
  if (status === 0) return [...value.subarray(0, count)];
  const { ERANGE } = library.koffi.os.errno;
  if (library.koffi.errno() !== ERANGE || count <= room) throw callFault(library, "getsockopt");
  return readIntegers({ ...request, room: count });
}

function bytesOf(numbers: Uint32Array): Uint8Array {
  return new Uint8Array(numbers.buffer);
}

function unavailable(): DaemonFault {
  return new DaemonFault({
    reason: "NativeUnavailable",
    message: `peer credentials are not available on ${process.platform} ${process.arch}`,
    resolution: "Run this on Linux where it matters who connects.",
  });
}
