import type { Clock } from "@holdfast/core";
import { runProcess } from "../processes/run-process.ts";
import { systemEnvironment } from "../processes/system-environment.ts";

/** Which lines of the log are wanted. */
export interface LogLinesRequest {
  /** By its own name. */
  readonly unit: string;
  /** When its last start began, in milliseconds since 1970. */
  readonly sinceMs: number;
}

/** The last lines that a unit has logged since its last start began, oldest first; none when they cannot be read. */
export type ReadLogLines = (
  request: LogLinesRequest,
  signal: AbortSignal,
) => Promise<readonly string[]>;

const MOST_LINES = 10;
const MOST_CHARACTERS = 200;
const TIMEOUT_MS = 5_000;

/**
 * Reads them from the journal: what the unit's own processes have written, and what systemd has written about it. The
 * journal is brought up to date first, for it may learn of a process's last words after systemd has learnt of its end.
 * The id of the start would tell its lines from others, but is missing in those of a process that has ended by the time
 * that the journal looks for it; so the time of the start does.
 */
export function journalLines(clock: Clock): ReadLogLines {
  const run = (argv: readonly [string, ...string[]], signal: AbortSignal) =>
    runProcess(
      { argv, env: systemEnvironment, timeoutMs: TIMEOUT_MS, graceMs: 0 },
      clock,
      signal,
    ).catch(() => undefined);
  return async ({ unit, sinceMs }, signal) => {
    await run(["journalctl", "--sync"], signal);
    const since = `--since=@${(Math.floor(sinceMs) / 1_000).toFixed(3)}`;
    const options = ["--quiet", "--no-pager", "--output=cat", `--lines=${MOST_LINES}`] as const;
    const result = await run(["journalctl", ...options, `--unit=${unit}`, since], signal);
    return boundedLines(result?.stdout ?? "");
  };
}

/** The last lines of a text, without what is no character to show. */
export function boundedLines(text: string): readonly string[] {
  return text
    .split("\n")
    .map((line) =>
      line
        .replaceAll(/\p{C}+/gu, " ")
        .trim()
        .slice(0, MOST_CHARACTERS),
    )
    .filter((line) => line !== "")
    .slice(-MOST_LINES);
}
