import { type DaemonFault, toDaemonFault } from "../daemon-fault.ts";
import { type CLibrary, loadCLibrary } from "./c-library.ts";
import { createDatagrams } from "./datagram.ts";
import { createFlock } from "./flock.ts";
import { createPeerReader, type Peer } from "./peer.ts";
import { createPipes, type Pipe } from "./pipe.ts";
import { createTrim } from "./trim.ts";

/** What Node has no call for. Each call throws `NativeUnavailable` where koffi or the platform lacks it. */
export interface Native {
  /**
   * Takes the exclusive flock(2) of an open file without waiting.
   * @throws {DaemonFault} NativeUnavailable; NativeFailed, when the file system refuses.
   */
  lockFile(descriptor: number): "taken" | "held";
  /**
   * Reads SO_PEERCRED and SO_PEERGROUPS of a connected Unix socket.
   * @throws {DaemonFault} NativeUnavailable (also on anything but Linux); NativeFailed.
   */
  peerOf(descriptor: number): Peer;
  /**
   * Sends one AF_UNIX datagram without blocking, to a path or, with a leading `@`, to an abstract address.
   * @returns false when the receiver's queue is full: try again later.
   * @throws {DaemonFault} NativeUnavailable; NativeFailed, when nobody receives there.
   */
  sendDatagram(address: string, payload: string): boolean;
  /**
   * Gives what the C library holds of freed memory back to the system, as malloc_trim(3) does.
   * @throws {DaemonFault} NativeUnavailable, also on anything but glibc.
   */
  trimMemory(): void;
  /**
   * Makes a real pipe, whose end a child can open again by name (`/dev/stderr`): what Node makes are sockets.
   * @throws {DaemonFault} NativeUnavailable, also on anything but Linux; NativeFailed.
   */
  openPipe(): Pipe;
}

/** Loads the calls through koffi, on first need: it takes a few milliseconds. Never rejects. */
export async function loadNative(): Promise<Native> {
  let library: CLibrary;
  try {
    library = await loadCLibrary();
  } catch (error) {
    return unavailableNative(toDaemonFault(error));
  }
  return {
    lockFile: bind(() => createFlock(library)),
    peerOf: bind(() => createPeerReader(library)),
    sendDatagram: bind(() => createDatagrams(library)),
    trimMemory: bind(() => createTrim(library)),
    openPipe: bind(() => createPipes(library)),
  };
}

/** Calls that all fail with one fault: the world without koffi. */
export function unavailableNative(fault: DaemonFault): Native {
  const refuse = (): never => {
    throw fault;
  };
  return {
    lockFile: refuse,
    peerOf: refuse,
    sendDatagram: refuse,
    trimMemory: refuse,
    openPipe: refuse,
  };
}

/** Looks a function up on its first call; one that this platform lacks does not take the others with it. */
function bind<Arguments extends readonly unknown[], Result>(
  create: () => (...given: Arguments) => Result,
): (...given: Arguments) => Result {
  let call: ((...given: Arguments) => Result) | undefined;
  return (...given) => {
    call ??= createOrExplain(create);
    return call(...given);
  };
}

function createOrExplain<Call>(create: () => Call): Call {
  try {
    return create();
  } catch (error) {
    throw toDaemonFault(error, {
      reason: "NativeUnavailable",
      resolution: "Run this on Linux with glibc or musl.",
    });
  }
}
