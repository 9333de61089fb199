import { Fault } from "@holdfast/core";
import { numberOf } from "./systemd/bus-values.ts";
import type { ReadLogLines } from "./log-lines.ts";
import type { UnitRow } from "./systemd/systemd-calls.ts";
import { readExit } from "./unit-details.ts";

/** A job that did not do what it was for. */
export interface FailedJob {
  /** For people: `start`. */
  readonly verb: string;
  readonly unit: string;
  /** The unit when it had settled. */
  readonly row: UnitRow;
  /** systemd's word for how the job ended; `undefined` when nobody noticed. */
  readonly result: string | undefined;
  readonly properties: ReadonlyMap<string, unknown>;
}

/** Of the lines of a log, all together. */
const MOST_CHARACTERS = 2_000;

/** Says why a job failed, with the last lines that this start of the unit has logged. */
export async function failedFault(
  job: FailedJob,
  { logLines }: { readonly logLines: ReadLogLines },
  signal: AbortSignal,
): Promise<Fault> {
  const { verb, unit, row, properties } = job;
  // A start checks conditions first; 0 before the first.
  const sinceMs = numberOf(properties.get("ConditionTimestamp") ?? 0, "ConditionTimestamp") / 1_000;
  const lines = sinceMs === 0 ? [] : await logLines({ unit: row.name, sinceMs }, signal);
  const said = lines.length === 0 ? "" : `: ${lines.join("\n").slice(-MOST_CHARACTERS)}`;
  return new Fault({
    reason: "UnitFailed",
    message: `${unit} did not ${verb} (${whyOf(job)})${said}`,
    resolution: `Correct what it complains about; journalctl -u ${unit} tells more.`,
  });
}

function whyOf({ row, result, properties }: FailedJob): string {
  const isCut = result !== undefined && result !== "done" && result !== "failed";
  const words = isCut ? [`the job was ${JOB_WORDS[result] ?? result}`] : [];
  const exit = readExit(properties);
  if (row.active === "failed" && exit !== undefined) words.push(exitWords(exit));
  return words.length === 0 ? `it is ${row.active}, ${row.sub}` : words.join(", ");
}

/** What `systemctl` makes of the words that are not clear by themselves. */
const JOB_WORDS: Readonly<Record<string, string>> = {
  canceled: "cancelled by another one",
  timeout: "not done in the time that its unit file allows",
  dependency: "not begun, because a unit it depends on failed",
  skipped: "skipped",
};

function exitWords(exit: NonNullable<ReturnType<typeof readExit>>): string {
  const { result, exitCode, signalNumber } = exit;
  if (signalNumber !== undefined) return `${result}, signal ${signalNumber}`;
  return exitCode === undefined ? result : `${result}, exit code ${exitCode}`;
}

/** Somebody else stopped the unit right after the job. */
export function stoppedFault(verb: string, unit: string): Fault {
  return new Fault({
    reason: "UnitFailed",
    message: `${unit} did not stay as it was after its ${verb}: another job stopped it at once`,
    resolution: `Find out who stops it; journalctl -u ${unit} shows when.`,
  });
}

/** A job whose end was not waited for any longer. */
export function timeoutFault(verb: string, unit: string, timeoutMs: number): Fault {
  return new Fault({
    reason: "UnitTimeout",
    message: `systemd did not ${verb} ${unit} within ${timeoutMs / 1_000} s; it goes on`,
    resolution: `See with systemctl status ${unit} what it waits for, or give it more time.`,
  });
}

/** What systemd would not take as the name of a unit, or not of one that can run. */
export function invalidUnitFault(unit: string): Fault {
  return new Fault({
    reason: "InputInvalid",
    message: `${JSON.stringify(unit)} is not the name of one unit`,
    resolution: "Write it with its suffix, and a template with its instance: getty@tty1.service.",
  });
}
