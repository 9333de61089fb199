import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { constants, readFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { abortFault, type Clock, throwIfAborted, sleep } from "@holdfast/core";
import { spawnFault } from "../../processes/spawn-fault.ts";
import { codeOf } from "../../system/error-code.ts";
import type { StepEnd } from "../package-backend.ts";
import type { TaskFiles } from "./task-files.ts";
import type { TransactionCommand, TransactionRunner } from "./transaction-runner.ts";

const POLL_MS = 250;

/**
 * Runs a transaction where no systemd does: in a session of its own, with its output in a file, and never ended by us. It
 * outlives us unless everything here is killed together.
 */
export function ownSession(files: TaskFiles, clock: Clock): TransactionRunner {
  return {
    async run(command, signal) {
      throwIfAborted(signal);
      if (await isRunning(files, command.task)) return waitForOther(files, clock, command, signal);
      await removeEnded(files);
      return start(files, command, signal);
    },
    async state(task) {
      // Whoever saw the end of a child is its parent, and that was an agent that is gone.
      return (await isRunning(files, task)) ? { type: "running" } : { type: "unknown" };
    },
  };
}

async function start(
  files: TaskFiles,
  command: TransactionCommand,
  signal: AbortSignal,
): Promise<StepEnd> {
  const { task } = command;
  await files.createOutput(task);
  const { child, exited } = await spawnOwn(command, files);
  if (child.pid !== undefined) await files.writeRecord(task, identityOf(child.pid) ?? "");
  const exitCode = await untilAborted(exited, () => child.unref(), signal);
  const end = { exitCode, output: await files.output(task) };
  await files.remove(task);
  return end;
}

async function spawnOwn(
  { argv: [program, ...args], environment, input, task }: TransactionCommand,
  files: TaskFiles,
): Promise<{ child: ChildProcess; exited: Promise<number | undefined> }> {
  const output = await open(files.outputPath(task), constants.O_WRONLY | constants.O_APPEND);
  const given = await open(await files.writeInput(task, input), constants.O_RDONLY);
  try {
    const child = spawn(program, args, {
      cwd: "/",
      env: { ...environment },
      detached: true,
      stdio: [given.fd, output.fd, output.fd],
    });
    const exited = new Promise<number | undefined>((resolve) => {
      child.once("exit", (code) => resolve(code ?? undefined));
    });
    await once(child, "spawn");
    return { child, exited };
  } catch (error) {
    await files.remove(task);
    throw await spawnFault(program, "/", error);
  } finally {
    await output.close();
    await given.close();
  }
}

/** The exit code, or the fault that the signal was aborted with; then the child goes on, and does not hold us up. */
async function untilAborted(
  exited: Promise<number | undefined>,
  release: () => void,
  signal: AbortSignal,
): Promise<number | undefined> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => {
    release();
    aborted.reject(abortFault(signal));
  };
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([exited, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

async function waitForOther(
  files: TaskFiles,
  clock: Clock,
  { task }: TransactionCommand,
  signal: AbortSignal,
): Promise<StepEnd> {
  while (await isRunning(files, task)) await sleep(clock, POLL_MS, signal);
  const end = { exitCode: undefined, output: await files.output(task) };
  await files.remove(task);
  return end;
}

async function removeEnded(files: TaskFiles): Promise<void> {
  for (const task of await files.tasks()) {
    if (!(await isRunning(files, task))) await files.remove(task);
  }
}

async function isRunning(files: TaskFiles, task: string): Promise<boolean> {
  const record = await files.record(task);
  const pid = Number(record?.split(" ", 1)[0]);
  return Number.isSafeInteger(pid) && pid > 0 && identityOf(pid) === record;
}

/** The pid, and when that process began, in ticks since the boot (proc(5)); `undefined` when there is none, or a zombie. */
function identityOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name of the program may have spaces and brackets in it.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? undefined : `${pid} ${fields[19] ?? ""}`;
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return undefined;
  }
}
