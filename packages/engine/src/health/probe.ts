import {
  assert,
  type CommandReader,
  Fault,
  type HealthCheck,
  type HealthProbes,
  parseEndpoint,
  type ProbeOutcome,
  timingOf,
  toFault,
} from "@holdfast/core";
import type { Runtime } from "../runtime.ts";

/** A command that was asked to end has this long before it is killed. */
const GRACE_MS = 1_000;

/** A probe that was begun. */
export interface Probing {
  /** What it came to, in its time. Never rejects. */
  readonly outcome: Promise<ProbeOutcome>;
  /** Resolves when it has let go of everything, however long that takes. Never rejects. */
  readonly over: Promise<void>;
}

/** Asks once. A probe without an answer in its time has failed, and is asked to end. */
export function beginProbe(runtime: Runtime, check: HealthCheck, signal: AbortSignal): Probing {
  const { timeoutMs } = timingOf(check);
  const late = Promise.withResolvers<ProbeOutcome>();
  const tooLate = new AbortController();
  const cancel = runtime.clock.schedule(timeoutMs, () => {
    late.resolve({ type: "failed", why: `no answer within ${timeoutMs} ms` });
    tooLate.abort(
      new Fault({
        reason: "Aborted",
        message: `the health check did not answer within ${timeoutMs} ms`,
        resolution: "Find what it waits for, or give it a longer timeoutMs.",
      }),
    );
  });
  const ports = { probes: runtime.probes, commands: runtime.host.commands };
  const answer = askHealth(ports, check, AbortSignal.any([signal, tooLate.signal])).catch(
    (error: unknown): ProbeOutcome => ({ type: "failed", why: toFault(error).message }),
  );
  const outcome = Promise.race([answer, late.promise]).then((first) => {
    cancel();
    return first;
  });
  return { outcome, over: answer.then(() => {}) };
}

/** What health checks are asked through. */
export interface HealthPorts {
  readonly probes: HealthProbes;
  readonly commands: CommandReader;
}

/** Asks once. @throws {Fault} Aborted, when the signal says so; what asking throws. */
export async function askHealth(
  { probes, commands }: HealthPorts,
  check: HealthCheck,
  signal: AbortSignal,
): Promise<ProbeOutcome> {
  const { timeoutMs } = timingOf(check);
  if ("http" in check) {
    return probes.get({ url: check.http, status: check.status, timeoutMs }, signal);
  }
  if ("tcp" in check) {
    const endpoint = parseEndpoint(check.tcp);
    assert(endpoint !== undefined, `${check.tcp} was checked and is no endpoint`);
    return probes.dial({ endpoint, timeoutMs }, signal);
  }
  if ("unit" in check) return probes.unit({ name: check.unit, timeoutMs }, signal);
  if ("container" in check) return probes.container({ name: check.container, timeoutMs }, signal);
  const request = { argv: check.command, env: {}, timeoutMs, graceMs: GRACE_MS };
  const { exitCode, signalName, stderr } = await commands.query(request, signal);
  if (exitCode === 0) return { type: "passed" };
  const [said = ""] = stderr.trim().split("\n", 1);
  const how = exitCode === undefined ? `ended by ${signalName}` : `exit code ${exitCode}`;
  return { type: "failed", why: said === "" ? how : `${how}: ${said.slice(0, MOST_SAID)}` };
}

/** Of what a command says when it fails, this many characters are shown. */
const MOST_SAID = 200;
