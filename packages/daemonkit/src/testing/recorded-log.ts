import type { JsonObject } from "../json.ts";
import type { Log } from "../log.ts";

/** A line that was logged. */
export interface LoggedLine {
  readonly level: string;
  readonly message: string;
  readonly fields: JsonObject;
}

/** A log that keeps its lines. */
export interface RecordedLog extends Log {
  readonly lines: LoggedLine[];
  /** The lines with this reason. */
  of(reason: string): readonly LoggedLine[];
}

/** Makes a log that keeps its lines. */
export function recordedLog(): RecordedLog {
  const lines: LoggedLine[] = [];
  const keep =
    (level: string) =>
    (message: string, fields: JsonObject = {}): void => {
      lines.push({ level, message, fields });
    };
  return {
    lines,
    of: (reason) => lines.filter(({ fields }) => fields["reason"] === reason),
    debug: keep("debug"),
    info: keep("info"),
    warn: keep("warn"),
    error: keep("error"),
  };
}
