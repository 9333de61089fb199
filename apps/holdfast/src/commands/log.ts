import type { JsonObject, Log } from "@holdfast/core";
import { PRIORITY, withPriority } from "../journal/priority.ts";
import { escapeControls } from "../output/text/line.ts";
import type { Surroundings } from "../surroundings.ts";

/** The forms of a log line. */
export const LOG_FORMATS = ["journal", "text", "json"] as const;

/**
 * `journal` is a line with its priority in front and no time, which the journal of systemd adds; `text` is for people,
 * `json` for programs that collect logs.
 */
export type LogFormat = (typeof LOG_FORMATS)[number];

/** How a log is written. */
export interface LogOptions {
  /** Default false: warnings and errors only. */
  readonly isVerbose?: boolean;
  /** Default: `journal` where the journal reads stderr, else `text`. */
  readonly format?: LogFormat;
}

/** A log on stderr: warnings and errors always, the rest with `isVerbose`. */
export function createLog(
  { stderr, journal }: Pick<Surroundings, "stderr" | "journal">,
  { isVerbose = false, format = journal.stderr ? "journal" : "text" }: LogOptions,
): Log {
  const formatLine = FORMATS[format];
  const at =
    (level: Level) =>
    (message: string, fields: JsonObject = {}): void => {
      stderr.write(formatLine(level, message, fields));
    };
  const silent = (): void => {};
  return {
    debug: isVerbose ? at("debug") : silent,
    info: isVerbose ? at("info") : silent,
    warn: at("warning"),
    error: at("error"),
  };
}

/**
 * The form of a kept log, as that of a service: for people on a terminal, for the journal where it reads,
 * and else for programs.
 */
export function chooseLogFormat(
  option: LogFormat | undefined,
  { stderr, journal }: Pick<Surroundings, "stderr" | "journal">,
): LogFormat {
  if (option !== undefined) return option;
  if (journal.stderr) return "journal";
  return stderr.isTTY === true ? "text" : "json";
}

type Level = "debug" | "info" | "warning" | "error";

const FORMATS: Readonly<
  Record<LogFormat, (level: Level, message: string, fields: JsonObject) => string>
> = {
  journal: (level, message, fields) => withPriority(PRIORITY[level], words(message, fields)),
  text: (level, message, fields) => `${words(`${level}: ${message}`, fields)}\n`,
  json: (level, message, fields) =>
    `${JSON.stringify({ ...fields, at: new Date().toISOString(), level, message })}\n`,
};

/** One line, whatever is in it. */
function words(message: string, fields: JsonObject): string {
  const pairs = Object.entries(fields).map(([name, value]) => ` ${name}=${JSON.stringify(value)}`);
  return escapeControls(`${message}${pairs.join("")}`);
}
