import type { ChildProcess } from "node:child_process";
import { closeSync, openSync, readdirSync, writeSync } from "node:fs";
import { Fault } from "@holdfast/core";

/** What starting a child needs of the C library, and Node does not offer. */
export interface ProcessCalls {
  /** A real pipe, which a child may open again by name (`/dev/stderr`); what Node makes are sockets. */
  openPipe(): { readonly reader: number; readonly writer: number };
  /** A file in memory with this text, to be read from its beginning. It goes away with its last descriptor. */
  openText(text: string): number;
  /** Lets reads wait again where Node had made them not to. */
  makeBlocking(descriptor: number): void;
  /**
   * Starts a child with the limits and the umask of a service instead of this process's: Node raises its own number of
   * open files to all that is allowed, which breaks programs that use select(2) or close every descriptor.
   */
  asService(start: () => ChildProcess): ChildProcess;
}

/** RLIMIT_NOFILE of a service of systemd, sshd, cron; the hard limit stays what it is. */
const OPEN_FILES = 1_024n;
/** Files that threads of this process may open while a child is started. */
const SPARE_FILES = 64;
const UMASK = 0o022;

/** Of Linux, on every 64-bit architecture that Node runs on. */
const O_CLOEXEC = 0o2000000;
const F_SETFD = 2;
const F_SETFL = 4;
const FD_CLOEXEC = 1;
const MFD_CLOEXEC = 1;
const RLIMIT_NOFILE = 7;

/**
 * Loads the calls, once. From then on no descriptor that this process was started with is passed on to children.
 * @throws {Fault} HostFailed, where koffi or Linux is missing.
 */
export function loadProcessCalls(): Promise<ProcessCalls> {
  return loading.value();
}

/** The functions of the C library stay the same as long as this process runs. */
const loading = {
  calls: undefined as Promise<ProcessCalls> | undefined,
  value(): Promise<ProcessCalls> {
    return (this.calls ??= bind());
  },
};

async function bind(): Promise<ProcessCalls> {
  if (process.platform !== "linux") throw unavailable(`${process.platform} is not Linux`);
  let koffi: typeof import("koffi").default;
  try {
    ({ default: koffi } = await import("koffi"));
  } catch (error) {
    throw unavailable("koffi does not load here", error);
  }
  return callsOf(koffi);
}

type Koffi = typeof import("koffi").default;
type PrLimit = (
  pid: number,
  resource: number,
  next: BigUint64Array | null,
  last: BigUint64Array | null,
) => number;

function callsOf(koffi: Koffi): ProcessCalls {
  const library = koffi.load(null);
  const pipe: (ends: Int32Array, flags: number) => number = library.func("int pipe2(void *, int)");
  const memoryFile: (name: string, flags: number) => number = library.func(
    "int memfd_create(const char *, unsigned int)",
  );
  const control: (descriptor: number, command: number, argument: number) => number = library.func(
    "int fcntl(int, int, int)",
  );
  const setUmask: (mask: number) => number = library.func("unsigned int umask(unsigned int)");
  const limit: PrLimit = library.func("int prlimit(int, int, const void *, void *)");
  const checked = (call: string, result: number): number => {
    if (result >= 0) return result;
    throw unavailable(`${call} failed with error ${koffi.errno()}`);
  };

  for (const descriptor of inheritedDescriptors()) control(descriptor, F_SETFD, FD_CLOEXEC);
  return {
    openPipe() {
      const ends = new Int32Array(2);
      checked("pipe2", pipe(ends, O_CLOEXEC));
      const [reader = -1, writer = -1] = ends;
      return { reader, writer };
    },
    openText(text) {
      const descriptor = checked("memfd_create", memoryFile("stdin", MFD_CLOEXEC));
      writeAt(descriptor, Buffer.from(text));
      return descriptor;
    },
    makeBlocking: (descriptor) => void checked("fcntl", control(descriptor, F_SETFL, 0)),
    asService(start) {
      const mask = setUmask(UMASK);
      try {
        return withFewFiles(limit, start);
      } finally {
        setUmask(mask);
      }
    },
  };
}

/**
 * The limit is this process's, and its threads open files meanwhile; so where it has more open than the limit allows,
 * the child gets it a moment after its start instead of before.
 */
function withFewFiles(limit: PrLimit, start: () => ChildProcess): ChildProcess {
  const own = new BigUint64Array(2);
  limit(0, RLIMIT_NOFILE, null, own);
  const [soft = 0n, hard = 0n] = own;
  if (soft <= OPEN_FILES) return start();
  const few = BigUint64Array.of(OPEN_FILES, hard);
  if (lowestFreeDescriptor() > Number(OPEN_FILES) - SPARE_FILES) {
    const child = start();
    if (child.pid !== undefined) limit(child.pid, RLIMIT_NOFILE, few, null);
    return child;
  }
  limit(0, RLIMIT_NOFILE, few, null);
  try {
    return start();
  } finally {
    limit(0, RLIMIT_NOFILE, own, null);
  }
}

function lowestFreeDescriptor(): number {
  const descriptor = openSync("/dev/null", "r");
  closeSync(descriptor);
  return descriptor;
}

/** Every one that is open now but the three streams; our own are never passed on anyway. */
function inheritedDescriptors(): readonly number[] {
  return readdirSync("/proc/self/fd")
    .map(Number)
    .filter((descriptor) => descriptor > 2);
}

/** Its offset stays at the beginning. */
function writeAt(descriptor: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(descriptor, bytes, done, bytes.length - done, done);
  }
}

function unavailable(why: string, cause?: unknown): Fault {
  return new Fault({
    reason: "HostFailed",
    message: `commands cannot be run: ${why}`,
    resolution: "Run holdfast on Linux, installed with its koffi for this machine.",
    cause,
  });
}
