import { readFile } from "node:fs/promises";
import { Fault, type Clock, type SystemWriter, throwIfAborted } from "@holdfast/core";
import { codeOf } from "../system/error-code.ts";
import { requestReboot } from "./request-reboot.ts";
import { loadSetHostName } from "./set-host-name.ts";

/** What the system of a machine is opened with. */
export interface SystemOptions {
  readonly clock: Clock;
  /** Absolute. Default `/`. */
  readonly root?: string;
}

/** The name of the running kernel, in the namespace of this process. */
const HOST_NAME = "/proc/sys/kernel/hostname";
/** Made by the kernel when it boots (random(4)). */
const BOOT_ID = "/proc/sys/kernel/random/boot_id";
/** What the kernel takes: one less than its array (`__NEW_UTS_LEN` of linux/utsname.h). */
const MOST_NAME_BYTES = 64;

/** The kernel that runs here, or nothing at all in another root. Nothing is loaded before it is used. */
export function createSystem({ clock, root = "/" }: SystemOptions): SystemWriter {
  if (root !== "/") return rootSystem(root);
  return {
    hostName: (signal) => readLine(HOST_NAME, signal),
    bootId: (signal) => readLine(BOOT_ID, signal),
    async setHostName(name, signal) {
      throwIfAborted(signal);
      const bytes = Buffer.byteLength(name);
      if (bytes === 0 || bytes > MOST_NAME_BYTES || name.includes("\0")) throw invalidName(name);
      const setHostName = await loadSetHostName();
      setHostName(name);
    },
    reboot: (request, signal) => requestReboot(request, clock, signal),
  };
}

/** Nothing of another root runs, so nothing of the machine around it is reported or changed. */
function rootSystem(root: string): SystemWriter {
  const none = async (signal: AbortSignal): Promise<undefined> => {
    throwIfAborted(signal);
    return undefined;
  };
  const refuse = (): Promise<never> => Promise.reject(nothingRuns(root));
  return { hostName: none, bootId: none, setHostName: refuse, reboot: refuse };
}

async function readLine(path: string, signal: AbortSignal): Promise<string> {
  throwIfAborted(signal);
  try {
    return (await readFile(path, "utf8")).trimEnd();
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): Fault {
  const isMissing = codeOf(error) === "ENOENT";
  return new Fault({
    reason: isMissing ? "UnsupportedPlatform" : "HostFailed",
    message: `${path} cannot be read: ${codeOf(error) ?? String(error)}`,
    resolution: isMissing
      ? "Run it on Linux, with /proc mounted."
      : "Run the agent where it may read /proc.",
    cause: error,
  });
}

function invalidName(name: string): Fault {
  return new Fault({
    reason: "InputInvalid",
    message: `${JSON.stringify(name.slice(0, MOST_NAME_BYTES))} is no name that a kernel takes`,
    resolution: `Choose a name of 1 to ${MOST_NAME_BYTES} bytes without a NUL.`,
  });
}

function nothingRuns(root: string): Fault {
  return new Fault({
    reason: "NothingRuns",
    message: `nothing of ${root} runs here, so it has no kernel to name and no boot to end`,
    resolution: "Leave it out here, or apply it in the machine itself.",
  });
}
