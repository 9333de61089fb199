import type { Diagnostic, Fault, JsonObject } from "@holdfast/core";
import { diagnosticJson } from "./plan-json.ts";

/** An error as `--out json` prints it. The form is a promise to scripts. */
export function errorJson(fault: Fault, diagnostics: readonly Diagnostic[]): JsonObject {
  const { reason, message, resolution } = fault;
  return {
    error: {
      reason,
      message,
      resolution,
      ...(diagnostics.length === 0 ? {} : { diagnostics: diagnostics.map(diagnosticJson) }),
    },
  };
}
