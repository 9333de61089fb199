import { type CommandFaults, commandFault, type CommandResult, Fault } from "@holdfast/core";
import type { MountHolder, MountTool, MountToolRun } from "./mount-system.ts";

const MOUNT: CommandFaults = {
  1: {
    reason: "MountFailed",
    message: "mount does not take these options, or may not mount here",
    resolution: "Correct source, type and options; in a container, mount from outside of it.",
  },
  other: {
    reason: "MountFailed",
    resolution: "Correct source, type and options, or install what mounts this type.",
  },
};
const UMOUNT: CommandFaults = {
  other: { reason: "MountBusy", resolution: "End what uses it, or write force: true." },
};
const SWAP: CommandFaults = {
  other: { reason: "SwapFailed", resolution: "Correct what it complains about." },
};
const SWAPOFF: CommandFaults = {
  other: {
    reason: "SwapFailed",
    message: "the area is still swapped to",
    resolution: "Free memory, so that what is swapped out has a place.",
  },
};

/** What the exit codes of each program mean: the one place that knows. All of them say little, and the words are for people. */
const FAULTS: Readonly<Record<MountTool, CommandFaults>> = {
  mount: MOUNT,
  umount: UMOUNT,
  swapon: SWAP,
  swapoff: SWAPOFF,
  mkswap: SWAP,
  blkid: SWAP,
  fallocate: SWAP,
  sync: SWAP,
};

/** The fault of a program that did not succeed. */
export function toolFault({ tool }: MountToolRun, result: CommandResult): Fault {
  return commandFault({ argv: [tool], faults: FAULTS[tool] }, result);
}

/** The fault of a point that stays mounted, with who or what keeps it so. */
export function busyFault(
  mountPoint: string,
  {
    inner,
    holders,
    said,
  }: {
    /** Points that are mounted in it. */
    readonly inner: readonly string[];
    readonly holders: readonly MountHolder[];
    /** What the program said, for people. */
    readonly said: string;
  },
): Fault {
  const users = holders.map(({ pid, program }) => `${program} (pid ${pid})`);
  const why =
    inner.length > 0
      ? `${inner.join(", ")} is mounted in it`
      : users.length > 0
        ? `${users.join(", ")} uses it`
        : `who uses it cannot be seen: ${said}`;
  return new Fault({
    reason: "MountBusy",
    message: `${mountPoint} is not unmounted: ${why}`,
    resolution:
      "End what uses it, or write force: true, which detaches it and leaves open files to those who have them.",
  });
}

/** The fault of another root, where nothing is mounted. */
export function unavailableFault(what: string): Fault {
  return new Fault({
    reason: "MountsUnavailable",
    message: `${what} is not done: nothing of another root is mounted here`,
    resolution: "Leave out what should be mounted, or apply it in the machine itself.",
  });
}
