import { type Clock, Fault, type PackageTransactionState, sleep } from "@holdfast/core";
import { runProcess } from "../../processes/run-process.ts";
import { systemEnvironment } from "../../processes/system-environment.ts";
import { shownOutput } from "../package-faults.ts";
import type { StepEnd } from "../package-backend.ts";
import type { TaskFiles } from "./task-files.ts";
import type { TransactionCommand, TransactionRunner } from "./transaction-runner.ts";

const POLL_MS = 500;
const SYSTEMCTL_MS = 30_000;
/** Longer than anybody waits: the client of systemd is ended with the waiting, not the unit. */
const LONGEST_MS = 86_400_000;
const PROPERTIES = ["LoadState", "ActiveState", "ExecMainCode", "ExecMainStatus"] as const;
/** CLD_EXITED of waitid(2). */
const EXITED = "1";

/**
 * Runs a transaction as a unit of systemd's own, apart from the agent's: neither a stop nor a crash of the agent, nor an
 * upgrade of the agent by that very transaction, cuts it off. A unit that has ended stays, with its exit code, until it is
 * asked for; what it says goes into a file.
 */
export function transientUnit(files: TaskFiles, clock: Clock): TransactionRunner {
  const systemctl = (args: readonly string[], signal: AbortSignal) =>
    runProcess(
      { argv: ["systemctl", ...args], env: systemEnvironment, timeoutMs: SYSTEMCTL_MS },
      clock,
      signal,
    );

  async function state(task: string, signal: AbortSignal): Promise<PackageTransactionState> {
    const show = ["show", `--property=${PROPERTIES.join()}`, "--", unitOf(task)];
    const { exitCode, stdout, stderr } = await systemctl(show, signal);
    if (exitCode !== 0) throw failed(`systemctl does not tell of ${unitOf(task)}`, stderr);
    return stateOf(stdout);
  }

  async function forget(task: string, signal: AbortSignal): Promise<void> {
    // One that failed is not stopped but reset; a unit that is gone is neither, which is fine.
    await systemctl(["stop", "--", unitOf(task)], signal);
    await systemctl(["reset-failed", "--", unitOf(task)], signal);
    await files.remove(task);
  }

  async function forgetEnded(signal: AbortSignal): Promise<void> {
    for (const task of await files.tasks()) {
      if ((await state(task, signal)).type !== "running") await forget(task, signal);
    }
  }

  async function start(command: TransactionCommand, signal: AbortSignal): Promise<string> {
    await files.createOutput(command.task);
    const inputPath = await files.writeInput(command.task, command.input);
    const outputPath = files.outputPath(command.task);
    const argv = unitCommand(command, { inputPath, outputPath });
    const request = { argv, env: systemEnvironment, timeoutMs: LONGEST_MS };
    const { stderr } = await runProcess(request, clock, signal);
    return stderr;
  }

  return {
    state,
    async run(command, signal): Promise<StepEnd> {
      const { task } = command;
      await forgetEnded(signal);
      const known = await state(task, signal);
      // One that ended under this name before is another one.
      if (known.type === "done") await forget(task, signal);
      const said = known.type === "running" ? "" : await start(command, signal);
      // The client ends early when the transaction makes systemd execute itself anew; the unit does not.
      let now = await state(task, signal);
      for (; now.type === "running"; now = await state(task, signal)) {
        await sleep(clock, POLL_MS, signal);
      }
      if (now.type === "unknown") throw failed("systemd did not start the transaction", said);
      const end = { exitCode: now.exitCode, output: await files.output(task) };
      await forget(task, signal);
      return end;
    },
  };
}

function unitOf(task: string): string {
  return `holdfast-packages-${task}.service`;
}

function unitCommand(
  { argv, environment, task }: TransactionCommand,
  { inputPath, outputPath }: { readonly inputPath: string; readonly outputPath: string },
): readonly [string, ...string[]] {
  const properties = [
    "Type=oneshot",
    "RemainAfterExit=yes",
    "TimeoutStartSec=infinity",
    // What scripts of packages started beside systemd goes on when the unit is forgotten.
    "KillMode=process",
    `StandardInput=file:${inputPath}`,
    `StandardOutput=append:${outputPath}`,
    "StandardError=inherit",
  ];
  return [
    "systemd-run",
    "--quiet",
    `--unit=${unitOf(task)}`,
    "--description=Package transaction of holdfast",
    ...properties.map((property) => `--property=${property}`),
    ...Object.entries(environment).map(([key, value]) => `--setenv=${key}=${value}`),
    "--",
    ...argv,
  ];
}

function stateOf(shown: string): PackageTransactionState {
  const state = new Map(
    shown.split("\n").map((line): [string, string] => {
      const at = line.indexOf("=");
      return [line.slice(0, at), line.slice(at + 1)];
    }),
  );
  const [load, active, code, status] = PROPERTIES.map((key) => state.get(key));
  if (load !== "loaded") return { type: "unknown" };
  if (active !== "active" && active !== "failed" && active !== "inactive")
    return { type: "running" };
  if (active === "inactive") return { type: "unknown" };
  return { type: "done", exitCode: code === EXITED ? Number(status) : undefined };
}

function failed(what: string, said: string): Fault {
  return new Fault({
    reason: "HostFailed",
    message: `${what}: ${shownOutput(said)}`,
    resolution: "Check systemd with `systemctl status`.",
  });
}
