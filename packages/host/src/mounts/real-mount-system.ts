import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Clock, Fault, isWithinPath } from "@holdfast/core";
import { type MountNamespace, realMounts } from "../conditions/real-mounts.ts";
import { runProcess } from "../processes/run-process.ts";
import { systemEnvironment } from "../processes/system-environment.ts";
import { codeOf } from "../system/error-code.ts";
import { escapeOctal, unescapeOctal } from "../system/mount-info.ts";
import { resolveInside } from "../system/resolve-inside.ts";
import { holdersOf } from "./holders.ts";
import type { MountSystem, MountToolRun } from "./mount-system.ts";

/** Whose mounts they are. */
export interface RealMountSystemOptions {
  readonly clock: Clock;
  /** Absolute. Nothing of any other than `/` is mounted, unless there is a namespace. */
  readonly root: string;
  /** Where the root is a mount point itself, and everything below it is free to be mounted. Default: this process's own. */
  readonly namespace?: MountNamespace;
}

/** The mounts of this machine and the programs that change them. Nothing is run before it is needed. */
export function realMountSystem(options: RealMountSystemOptions): MountSystem {
  const { clock, root, namespace } = options;
  const source = realMounts(clock, root, namespace);
  return {
    isLive: root === "/" || namespace !== undefined,
    mountInfo: async () => textInside(root, await source.read()),
    swaps: async () => swapsInside(root, await readSwaps()),
    async run(run, signal) {
      if (run.tool !== "blkid" && process.geteuid?.() !== 0) throw notPrivileged(run);
      const argv = [...(namespace?.entering ?? []), ...argvOf(run, root)] as const;
      const [program = run.tool, ...words] = argv;
      const { timeoutMs } = run;
      return runProcess(
        { argv: [program, ...words], env: systemEnvironment, timeoutMs },
        clock,
        signal,
      );
    },
    holdersOf: (mountPoint) => holdersOf(join(root, mountPoint)),
    watch: (hear, signal) => source.watch(hear, signal),
  };
}

function argvOf({ tool, options, operands, isOnMachine }: MountToolRun, root: string): string[] {
  const isInside = root === "/" || isOnMachine === true;
  const placed = operands.map((operand) => {
    if (isInside || !operand.startsWith("/")) return operand;
    return resolveInside(root, operand) ?? join(root, operand);
  });
  return [tool, ...options, "--", ...placed];
}

/** The lines of mounts inside a root that is a mount point, their points as seen from there. */
function textInside(root: string, text: string): string {
  return linesInside({ root, text, column: 4 });
}

/** Likewise the lines of swap areas, below their head. */
function swapsInside(root: string, text: string): string {
  const [head = ""] = text.split("\n", 1);
  return `${head}\n${linesInside({ root, text: text.slice(head.length + 1), column: 0 })}`;
}

function linesInside(of: {
  readonly root: string;
  readonly text: string;
  /** Of the path. */
  readonly column: number;
}): string {
  const { root, text, column } = of;
  if (root === "/") return text;
  return text
    .split("\n")
    .flatMap((line) => {
      const words = line.split(/[ \t]+/);
      const path = unescapeOctal(words[column] ?? "");
      if (!isWithinPath(path, root)) return [];
      return [words.with(column, escapeOctal(path.slice(root.length) || "/")).join(" ")];
    })
    .join("\n");
}

async function readSwaps(): Promise<string> {
  try {
    return await readFile("/proc/swaps", "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return "";
    throw error;
  }
}

function notPrivileged({ tool }: MountToolRun): Fault {
  return new Fault({
    reason: "NotPrivileged",
    message: `only root may run ${tool}`,
    resolution: "Run the agent as root.",
  });
}
