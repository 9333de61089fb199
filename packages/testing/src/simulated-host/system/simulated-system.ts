import { Fault, type SystemWriter, throwIfAborted } from "@holdfast/core";
import type { SimulatedKernel } from "../kernel/kernel.ts";

/**
 * Where the kernel shows its name: what is written there is the name, and watches notice it. As every value below
 * /proc/sys of a simulated machine it stays as it is when the power is lost.
 */
const HOST_NAME = "/proc/sys/kernel/hostname";
/** The name of a kernel that nobody has named (hostname(5)). */
const UNNAMED = "localhost";
const MOST_NAME_BYTES = 64;

/** What runs on a simulated machine. It outlives the agent. */
export class SystemModel {
  /** What this boot was asked to end for, in order. */
  readonly rebootRequests: string[] = [];
  /** What the service manager answers instead of agreeing. Default: it agrees. */
  refusal: Fault | undefined;
  /** It has come up again as soon as it is asked to, and its caller still runs. Default false: it still runs. */
  bootsAtOnce = false;
  #boot: number;

  constructor(boot = 1) {
    this.#boot = boot;
  }

  /** Another one after each boot, and the same for the same history. */
  get bootId(): string {
    return `00000000-0000-4000-8000-${String(this.#boot).padStart(12, "0")}`;
  }

  /** Another boot of the same machine. */
  comeUp(): void {
    this.#boot += 1;
  }

  /** What runs when the machine has gone down and come up again. */
  bootAgain(): SystemModel {
    return new SystemModel(this.#boot + 1);
  }
}

/** A system with what tells of it. */
export interface SimulatedSystem extends SystemWriter {
  readonly model: SystemModel;
}

/** What runs on a simulated machine, or in another root of it: nothing. */
export function simulatedSystem(parts: {
  readonly kernel: SimulatedKernel;
  readonly root: string;
  readonly model: SystemModel;
}): SimulatedSystem {
  const { kernel, root, model } = parts;
  const isRunning = root === "/";
  const demandRunning = (): void => {
    if (!isRunning) throw nothingRuns(root);
  };
  return {
    model,
    async hostName(signal) {
      throwIfAborted(signal);
      return isRunning ? (kernel.inspect.text(HOST_NAME)?.trimEnd() ?? UNNAMED) : undefined;
    },
    async bootId(signal) {
      throwIfAborted(signal);
      return isRunning ? model.bootId : undefined;
    },
    async setHostName(name, signal) {
      throwIfAborted(signal);
      demandRunning();
      if (!isName(name)) throw invalidName(name);
      kernel.tamper.write(HOST_NAME, `${name}\n`);
    },
    async reboot({ reason }, signal) {
      throwIfAborted(signal);
      demandRunning();
      if (model.refusal !== undefined) throw model.refusal;
      model.rebootRequests.push(reason);
      if (model.bootsAtOnce) model.comeUp();
    },
  };
}

function isName(name: string): boolean {
  const { length } = Buffer.from(name);
  return length > 0 && length <= MOST_NAME_BYTES && !name.includes("\0");
}

function invalidName(name: string): Fault {
  return new Fault({
    reason: "InputInvalid",
    message: `${JSON.stringify(name)} is no name that a kernel takes`,
    resolution: "Choose another name.",
  });
}

function nothingRuns(root: string): Fault {
  return new Fault({
    reason: "NothingRuns",
    message: `nothing of ${root} runs here`,
    resolution: "Leave it out here.",
  });
}
