import { fileURLToPath } from "node:url";
import type { SourceLocation } from "@holdfast/core";
import type { BlueprintFiles } from "./module-hooks.ts";

/** Frames that are searched for one of the blueprint's. */
const DEPTH = 30;

/** `at f (file:///x.ts:3:9)`, and `file:///x.ts:3` above the line of a mistake in the syntax. */
const FRAME = /(file:\/\/[^\s()]+?):(\d+)(?::(\d+))?\)?$/;

/**
 * Finds places in the blueprint's own files: of the call being made, or where an error was thrown. The innermost frame
 * of those files counts.
 */
export function createLocate(
  files: BlueprintFiles,
): (thrown?: unknown) => SourceLocation | undefined {
  Error.stackTraceLimit = DEPTH;
  return (thrown) => {
    const stack = thrown instanceof Error ? thrown.stack : callStack();
    for (const text of (stack ?? "").split("\n")) {
      const [, url = "", line, column] = FRAME.exec(text) ?? [];
      if (line === undefined || !files.has(url)) continue;
      const at = { file: fileURLToPath(url), line: Number(line) };
      return column === undefined ? at : { ...at, column: Number(column) };
    }
    return undefined;
  };
}

function callStack(): string | undefined {
  const holder: { stack?: string } = {};
  Error.captureStackTrace(holder, callStack);
  return holder.stack;
}
