import { Fault } from "@holdfast/core";

/** Gives the running kernel a name of 1 to 64 bytes. */
type SetHostName = (name: string) => void;

/** EPERM of errno(3) on Linux: the same number on every architecture. */
const EPERM = 1;

/**
 * Loads sethostname(2), which Node does not offer, through koffi, on first use only. It is the call and not a write to
 * /proc/sys, because that is read-only in many containers whose name may be set.
 * @throws {Fault} UnsupportedPlatform, where koffi does not load. The function: NotPrivileged, HostFailed.
 */
export async function loadSetHostName(): Promise<SetHostName> {
  try {
    if (process.platform !== "linux") throw new Error(`not tried on ${process.platform}`);
    const { default: koffi } = await import("koffi");
    const call: (name: string, bytes: number) => number = koffi
      .load(null)
      .func("int sethostname(const char *, size_t)");
    return (name) => {
      if (call(name, Buffer.byteLength(name)) !== 0) throw refused(name, koffi.errno());
    };
  } catch (error) {
    throw new Fault({
      reason: "UnsupportedPlatform",
      message: `the host name cannot be set here: ${error instanceof Error ? error.message : String(error)}`,
      resolution: "Install holdfast again with its koffi for this platform.",
      cause: error,
    });
  }
}

function refused(name: string, errno: number): Fault {
  if (errno === EPERM) {
    return new Fault({
      reason: "NotPrivileged",
      message: `the kernel may not be named ${name} by this process`,
      resolution: "Run as root; in a container the name belongs to whoever runs it.",
    });
  }
  return new Fault({
    reason: "HostFailed",
    message: `the kernel does not take the name ${name} (errno ${errno})`,
    resolution: "Choose another name.",
  });
}
