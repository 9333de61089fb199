import { ask, type BackendTools, requireSameRoot, requireSuperuser } from "../backend-tools.ts";
import type { StepEnd } from "../package-backend.ts";

/** Lists of sources are fetched over a network. */
const FETCH_MS = 600_000;

/** One command of a step. */
export interface StepCommand {
  readonly argv: readonly [string, ...string[]];
  readonly environment: Readonly<Record<string, string>>;
  readonly input?: string;
  /** It changes packages, and goes on whatever becomes of the agent; else it ends with the agent. */
  readonly isLasting: boolean;
  /** By which one that lasts is found again. */
  readonly task: string;
}

/**
 * Runs a command that changes something.
 * @throws {Fault} NotPrivileged; RootExecRefused; and what running it throws.
 */
export async function runCommand(
  tools: BackendTools,
  { isLasting, task, environment, ...command }: StepCommand,
  signal: AbortSignal,
): Promise<StepEnd> {
  const [program] = command.argv;
  requireSuperuser(program);
  requireSameRoot(tools, program);
  if (isLasting) {
    const whole = { ...environment, ...tools.image?.environment };
    return tools.runner.run({ ...command, environment: whole, task }, signal);
  }
  const question = { ...command, environment, timeoutMs: FETCH_MS };
  const { exitCode, stdout, stderr } = await ask(tools, question, signal);
  return { exitCode, output: stdout + stderr };
}
