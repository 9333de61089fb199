import type { MountToolRun } from "@holdfast/host";
import type { SimulatedKernel } from "../kernel/kernel.ts";
import { isSwapSpace, markSwapSpace } from "../kernel/shown-content.ts";
import { ended, optionOf, type ToolEnd } from "./tool-end.ts";

/** mkswap(8): ten pages at least. */
const LEAST_BYTES = 40_960;
const REFUSED = 255;

/** Swap areas of a simulated machine, and the tools for them. */
export class SimulatedSwaps {
  /** What is on devices, which have no content on the simulated disk. Default: nothing. */
  readonly devices = new Map<string, "swap" | "other">();
  readonly #kernel: SimulatedKernel;
  readonly #active = new Map<string, number>();

  constructor(kernel: SimulatedKernel) {
    this.#kernel = kernel;
  }

  /** As /proc/swaps has it. */
  text(): string {
    const lines = [...this.#active].map(([path, priority]) => {
      const type = this.devices.has(path) ? "partition" : "file";
      const kibibytes = Math.floor((this.#sizeOf(path) - 4096) / 1024);
      return `${path.replaceAll(" ", "\\040")}\t${type}\t${kibibytes}\t0\t${priority}\n`;
    });
    return `Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n${lines.join("")}`;
  }

  run(run: MountToolRun): ToolEnd {
    const [path = ""] = run.operands;
    switch (run.tool) {
      case "swapon":
        return this.#swapOn(path, optionOf(run, "--priority"));
      case "swapoff":
        return this.#active.delete(path) ? ended(0) : ended(REFUSED, "Invalid argument");
      case "mkswap":
        return this.#format(path);
      case "fallocate":
        return this.#allocate(path, Number(optionOf(run, "--length")));
      case "blkid":
        return this.#probe(path, run.options.includes("--match-types"));
      default:
        return ended(0);
    }
  }

  #swapOn(path: string, priority: string | undefined): ToolEnd {
    if (this.#active.has(path)) return ended(REFUSED, "Device or resource busy");
    if (this.#contentOf(path) !== "swap") return ended(REFUSED, "read swap header failed");
    this.#active.set(path, priority === undefined ? -2 - this.#active.size : Number(priority));
    return ended(0);
  }

  #format(path: string): ToolEnd {
    if (this.#active.has(path)) return ended(1, "is in use");
    const bytes = this.#kernel.inspect.bytes(path);
    if (bytes === undefined) {
      if (this.#kernel.inspect.stat(path) === undefined) return ended(1, "cannot open");
      this.devices.set(path, "swap");
      return ended(0);
    }
    if (bytes.length < LEAST_BYTES) return ended(1, "swap area needs to be at least 40 KiB");
    markSwapSpace(bytes);
    this.#kernel.tamper.write(path, bytes);
    return ended(0);
  }

  #allocate(path: string, sizeBytes: number): ToolEnd {
    const size = this.#kernel.inspect.bytes(path)?.length;
    if (size === undefined) return ended(1, "cannot open");
    if (size < sizeBytes) this.#kernel.tamper.write(path, new Uint8Array(sizeBytes));
    return ended(0);
  }

  #probe(path: string, isForSwap: boolean): ToolEnd {
    const content = this.#contentOf(path);
    return ended(content === "swap" || (content === "other" && !isForSwap) ? 0 : 2);
  }

  #contentOf(path: string): "swap" | "other" | undefined {
    const bytes = this.#kernel.inspect.bytes(path);
    if (bytes === undefined) return this.devices.get(path);
    return isSwapSpace(bytes) ? "swap" : undefined;
  }

  #sizeOf(path: string): number {
    return this.#kernel.inspect.bytes(path)?.length ?? LEAST_BYTES;
  }
}
