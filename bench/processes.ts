import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The built command, run by this Node. */
export const HOLDFAST = [process.execPath, path("../apps/holdfast/bin/holdfast.js")] as const;

/** A plain script of `bench/floor`, run by this Node. */
export function floorScript(name: string): readonly string[] {
  return [process.execPath, path(`./floor/${name}`)];
}

/** The environment of whatever is measured: nothing that changes how Node itself starts. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  const {
    NODE_EXTRA_CA_CERTS: _certificates,
    NODE_OPTIONS: _options,
    ...environment
  } = process.env;
  return { ...environment, NO_COLOR: "1" };
}

/**
 * Runs a command to its end and returns how long that took, in milliseconds, as seen from outside.
 * @throws {Error} when it ends with another exit code than expected.
 */
export async function time(argv: readonly string[], expectedCode = 0): Promise<number> {
  const [program = "", ...args] = argv;
  const start = process.hrtime.bigint();
  const child = spawn(program, args, {
    env: plainEnvironment(),
    stdio: ["ignore", "ignore", "pipe"],
  });
  let complaint = "";
  child.stderr.setEncoding("utf8");
  child.stderr.on("data", (text: string) => {
    complaint = (complaint + text).slice(-2_000);
  });
  const code = await exitOf(child);
  const elapsedMs = Number(process.hrtime.bigint() - start) / 1e6;
  if (code !== expectedCode) {
    throw new Error(`${argv.slice(0, 6).join(" ")} ended with ${code}: ${complaint}`);
  }
  return elapsedMs;
}

/** Resolves with the exit code when a process has ended. */
export async function exitOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  return await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code));
  });
}

/** What a process holds in memory now, in MiB. */
export function residentMib(processId: number): number {
  const status = readFileSync(`/proc/${processId}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? Number.NaN) / 1024;
}

/** The processor time that a process has used, in milliseconds; the kernel counts in hundredths of a second. */
export function processorMs(processId: number): number {
  const stat = readFileSync(`/proc/${processId}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function path(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}
