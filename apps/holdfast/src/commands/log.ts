import type { JsonObject, Log } from "@holdfast/core";
import { escapeControls } from "../output/text/line.ts";
import type { Surroundings } from "../surroundings.ts";

/** A log on stderr: warnings and errors always, the rest with `--verbose`. */
export function createLog({ stderr }: Pick<Surroundings, "stderr">, isVerbose: boolean): Log {
  function write(level: string, message: string, fields: JsonObject = {}): void {
    const words = Object.entries(fields).map(
      ([name, value]) => ` ${name}=${JSON.stringify(value)}`,
    );
    stderr.write(`${escapeControls(`${level}: ${message}${words.join("")}`)}\n`);
  }
  const silent = (): void => {};
  return {
    debug: isVerbose ? (message, fields) => write("debug", message, fields) : silent,
    info: isVerbose ? (message, fields) => write("info", message, fields) : silent,
    warn: (message, fields) => write("warning", message, fields),
    error: (message, fields) => write("error", message, fields),
  };
}
