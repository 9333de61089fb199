import { endianness } from "node:os";
import { DaemonFault } from "../daemon-fault.ts";
import { type CLibrary, callFault } from "./c-library.ts";

/** From sys/socket.h of Linux, on every architecture that Node runs on but MIPS. */
const AF_UNIX = 1;
const SOCK_DGRAM_CLOEXEC = 2 | 0o2000000;
const DONT_WAIT_NO_SIGNAL = 0x40 | 0x4000;
/** What sun_path holds, the NUL at one end included. */
const PATH_BYTES = 108;

/**
 * Binds the calls that send a datagram; see `Native.sendDatagram`.
 * @throws {DaemonFault} NativeUnavailable, on anything but Linux.
 */
export function createDatagrams(library: CLibrary): (address: string, payload: string) => boolean {
  if (process.platform !== "linux" || process.arch.startsWith("mips")) throw unavailable();
  const { koffi, symbols } = library;
  const socket: (...numbers: readonly [number, number, number]) => number = symbols.func(
    "int socket(int, int, int)",
  );
  const sendto: SendTo = symbols.func("int64_t sendto(int, void *, size_t, int, void *, uint32_t)");
  const close: (descriptor: number) => number = symbols.func("int close(int)");
  const { EAGAIN, ENOBUFS, EINTR } = koffi.os.errno;

  return (address, payload) => {
    const name = socketAddress(address);
    const bytes = Buffer.from(payload);
    const descriptor = socket(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
    if (descriptor < 0) throw callFault(library, "socket");
    try {
      for (;;) {
        const flags = DONT_WAIT_NO_SIGNAL;
        if (sendto(descriptor, bytes, bytes.length, flags, name, name.length) >= 0) return true;
        const errno = koffi.errno();
        if (errno === EAGAIN || errno === ENOBUFS) return false;
        if (errno !== EINTR) throw callFault(library, `sendto ${address}`);
      }
    } finally {
      close(descriptor);
    }
  };
}

type SendTo = (
  descriptor: number,
  payload: Uint8Array,
  sizeBytes: number,
  flags: number,
  address: Uint8Array,
  addressBytes: number,
) => number;

/** A sockaddr_un. An abstract name begins with a NUL and is as long as it says; a path ends with one. */
function socketAddress(address: string): Uint8Array {
  const isAbstract = address.startsWith("@");
  const path = Buffer.from(isAbstract ? `\0${address.slice(1)}` : `${address}\0`);
  if (path.length > PATH_BYTES) throw tooLong(address);
  const family = Buffer.alloc(2);
  if (endianness() === "LE") family.writeUInt16LE(AF_UNIX);
  else family.writeUInt16BE(AF_UNIX);
  return Buffer.concat([family, path]);
}

function tooLong(address: string): DaemonFault {
  return new DaemonFault({
    reason: "NativeFailed",
    message: `the socket address ${address} is longer than the system allows`,
    resolution: "Use a shorter path.",
  });
}

function unavailable(): DaemonFault {
  return new DaemonFault({
    reason: "NativeUnavailable",
    message: `datagrams are not available on ${process.platform} ${process.arch}`,
    resolution: "Run this on Linux where systemd must be notified.",
  });
}
