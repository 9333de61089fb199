import {
  commandFault,
  type CommandResult,
  endOf,
  Fault,
  type FaultReason,
  type KindAction,
  throwIfAborted,
  type WriteContext,
} from "@holdfast/core";
import type { ExecObserved } from "./observe.ts";
import { requestOf } from "./request.ts";
import type { ExecSpec } from "./spec.ts";

/** Faults of a command that did not start, so that nothing of it can have happened. */
const NEVER_STARTED: ReadonlySet<FaultReason> = new Set([
  "CommandNotFound",
  "PermissionDenied",
  "RootExecRefused",
  "UnknownUser",
]);

/**
 * Runs the command, again after a failure as often as `retries` says.
 * @throws {Fault} CommandFailed, with the last lines it wrote; what running a command throws.
 */
export async function applyExec(
  { spec, changes }: KindAction<ExecSpec, ExecObserved>,
  context: WriteContext,
): Promise<void> {
  if (changes.length === 0) return;
  const { idempotencyKey: key } = spec;
  if (key === undefined) await runWithRetries(spec, runOnce, context);
  else await runWithRetries(spec, (...attempt) => runOneShot(key, ...attempt), context);
}

/** Runs the command once more because something it depends on changed; guards and key are not asked. */
export async function refreshExec(spec: ExecSpec, context: WriteContext): Promise<void> {
  await runWithRetries(spec, runOnce, context);
}

type Attempt = (spec: ExecSpec, context: WriteContext) => Promise<CommandResult>;

async function runWithRetries(
  spec: ExecSpec,
  attempt: Attempt,
  context: WriteContext,
): Promise<void> {
  const attempts = spec.retries + 1;
  let last: Fault | undefined;
  try {
    for (let count = 1; ; count++) {
      const result = await attempt(spec, context);
      if (isSuccess(spec, result)) return;
      last = failed(spec, result, count);
      const isCutOff = result.exitCode === undefined && spec.idempotencyKey !== undefined;
      if (isCutOff || count === attempts) throw last;
      context.progress(`attempt ${count} of ${attempts} ${endOf(result)}`);
      await context.sleep(spec.retryDelayMs);
    }
  } catch (error) {
    throw last === undefined ? error : withLastFailure(error, last);
  }
}

/** Work that was stopped between or within its attempts fails for that reason, and tells why there were several. */
function withLastFailure(error: unknown, last: Fault): unknown {
  if (error === last || !(error instanceof Fault)) return error;
  const { reason, message, resolution, retry } = error;
  const more = `${message}; ${last.message}`;
  return new Fault({ reason, message: more, resolution, retry, cause: error });
}

async function runOnce(spec: ExecSpec, context: WriteContext): Promise<CommandResult> {
  const { host, signal } = context;
  const result = await host.commands.run(requestOf(spec, spec.argv, spec.stdin), signal);
  context.printed(result);
  return result;
}

/**
 * One attempt under a key that is durable before and after it. A command that never started, or that ended by itself
 * and said that it failed, has a known outcome: its key is forgotten, and it may run again. One that is cut off
 * anywhere between leaves its key begun, and waits for a person.
 */
async function runOneShot(
  key: string,
  spec: ExecSpec,
  context: WriteContext,
): Promise<CommandResult> {
  const { signal } = context;
  const { oneShots } = context.host;
  throwIfAborted(signal);
  await oneShots.begin(key, signal);
  let result: CommandResult;
  try {
    result = await runOnce(spec, context);
  } catch (error) {
    if (neverStarted(error)) await oneShots.forget(key, signal);
    throw error;
  }
  if (isSuccess(spec, result)) await oneShots.done(key, signal);
  else if (result.exitCode !== undefined) await oneShots.forget(key, signal);
  return result;
}

function neverStarted(error: unknown): boolean {
  return error instanceof Fault && NEVER_STARTED.has(error.reason);
}

function isSuccess({ successCodes }: ExecSpec, { exitCode }: CommandResult): boolean {
  return exitCode !== undefined && successCodes.includes(exitCode);
}

function failed(spec: ExecSpec, result: CommandResult, attempt: number): Fault {
  const { argv, retries, successCodes } = spec;
  const words = {
    reason: "CommandFailed",
    resolution: `Correct what it complains about; success is exit code ${successCodes.join(", ")}.`,
    ...(retries === 0 ? {} : { message: `attempt ${attempt} of ${retries + 1}` }),
  } as const;
  return commandFault({ argv, faults: { other: words } }, result);
}
