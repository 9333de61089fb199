import {
  abortFault,
  type Clock,
  type CommandRequest,
  type CommandResult,
  endOf,
  Fault,
  lastOutput,
  throwIfAborted,
} from "@holdfast/core";
import { KeptOutput } from "./kept-output.ts";
import type { StreamOwner } from "./output-pipe.ts";
import { type ProcessEnd, type RunningProcess, startProcess } from "./start-process.ts";
import type { ProcessTreeOptions } from "./tree/process-tree.ts";

const DEFAULT_GRACE_MS = 5_000;
const DEFAULT_FINISH_MS = 600_000;
const DEFAULT_OUTPUT_BYTES = 64 * 1024;

/** A request without a user to become, a root to act in, or faults to make. */
export interface ProcessRequest
  extends Omit<CommandRequest, "user" | "rootOption" | "insideRoot" | "faults">,
    ProcessTreeOptions {
  /** Whom its streams belong to. Default: this process's user. */
  readonly owner?: StreamOwner | undefined;
}

/**
 * Runs one child, with everything that it starts, to the end of the child: a process that it left in the background runs
 * on and may write on. When the time is over, or the signal aborts, all of it is asked to end. The rest is killed after
 * the grace; only then does this reject. Where the request says `finish`, the end is waited for instead.
 * @throws {Fault} CommandNotFound, NotFound (no such directory), PermissionDenied, InputInvalid, HostFailed,
 *   CommandTimeout, Aborted, OutcomeUnknown (it was left to finish).
 */
export async function runProcess(
  request: ProcessRequest,
  clock: Clock,
  signal: AbortSignal,
): Promise<CommandResult> {
  throwIfAborted(signal);
  const maxBytes = request.maxOutputBytes ?? DEFAULT_OUTPUT_BYTES;
  const output: Output = { stdout: new KeptOutput(maxBytes), stderr: new KeptOutput(maxBytes) };
  const { argv, cwd = "/", env, stdin, owner, cgroup } = request;
  const outputs = [output.stdout, output.stderr].map(
    (kept) => (chunk: Uint8Array) => kept.add(chunk),
  );
  const start = { argv, cwd, env, stdin, owner, outputs };
  const running = await startProcess(cgroup === undefined ? start : { ...start, cgroup }, signal);
  try {
    return resultOf(await endInTime({ request, running, output }, clock, signal), output);
  } finally {
    running.release();
  }
}

interface Output {
  readonly stdout: KeptOutput;
  readonly stderr: KeptOutput;
}

interface Run {
  readonly request: ProcessRequest;
  readonly running: RunningProcess;
  readonly output: Output;
}

async function endInTime(run: Run, clock: Clock, signal: AbortSignal): Promise<ProcessEnd> {
  const { request, running } = run;
  const { promise: stopped, resolve: stop } = Promise.withResolvers<() => Fault>();
  const onAbort = (): void => stop(() => abortFault(signal));
  const cancel = clock.schedule(request.timeoutMs, () => stop(() => timeoutFault(request)));
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    const first = await Promise.race([running.ended, stopped]);
    if (typeof first !== "function") return first;
    if (request.onAbort === "finish") throw await finish(run, clock);
    await running.tree.end(request.graceMs ?? DEFAULT_GRACE_MS, clock);
    throw request.hasOutputInFaults === true ? withLastLines(first(), run) : first();
  } finally {
    cancel();
    signal.removeEventListener("abort", onAbort);
  }
}

/** What it had written by then is often why it did not end. */
function withLastLines(fault: Fault, { output: { stdout, stderr } }: Run): Fault {
  const lines = lastOutput({ stdout: stdout.text(), stderr: stderr.text() });
  if (lines === "") return fault;
  const { reason, resolution, retry } = fault;
  const message = `${fault.message}; the command had written${lines}`;
  return new Fault({ reason, message, resolution, retry, cause: fault });
}

/** Waits for the end of what nobody waits for any more; the fault says how far that is known. */
async function finish({ request, running }: Run, clock: Clock): Promise<Fault> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  const withinMs = request.finishWithinMs ?? DEFAULT_FINISH_MS;
  const cancel = clock.schedule(withinMs, () => resolve(undefined));
  const end = await Promise.race([running.ended, late]);
  cancel();
  const how = end === undefined ? `it still runs after ${withinMs} ms` : `it ${endOf(end)}`;
  return new Fault({
    reason: "OutcomeUnknown",
    message: `${request.argv[0]} was left to finish when nobody waited for it any more: ${how}`,
    resolution: "Nothing is to be done: it is observed again what is there.",
    // Programs that are left to finish may be run again, unlike one-shots.
    retry: "backoff",
  });
}

function resultOf({ exitCode, signalName }: ProcessEnd, { stdout, stderr }: Output): CommandResult {
  return {
    exitCode,
    signalName,
    stdout: stdout.text(),
    stderr: stderr.text(),
    isTruncated: stdout.isTruncated || stderr.isTruncated,
  };
}

/** Without its output: that is for whoever knows what of it is secret. */
function timeoutFault({ argv, timeoutMs }: ProcessRequest): Fault {
  return new Fault({
    reason: "CommandTimeout",
    message: `${argv[0]} did not end within ${timeoutMs} ms and was killed`,
    resolution: "Find out what it waits for, or allow it more time.",
  });
}
