import type { FaultData } from "@holdfast/core";
import type { Summary } from "./action.ts";
import type { Result } from "./result.ts";

/** What happens to a provider while it is run (P9). */
export type ProviderEvent = {
  readonly provider: string;
  /** When, ISO 8601. */
  readonly at: string;
} & (
  | { readonly event: "plan.start" | "apply.start" }
  | { readonly event: "plan.complete"; readonly durationMs: number; readonly summary: Summary }
  | { readonly event: "apply.action"; readonly durationMs: number; readonly result: Result }
  | {
      readonly event: "apply.complete";
      readonly durationMs: number;
      readonly ok: number;
      readonly failed: number;
      readonly skipped: number;
    }
  /** What was in sync when it was seen last is not any more. */
  | { readonly event: "drift.detected"; readonly summary: Summary }
  | { readonly event: "error"; readonly durationMs: number; readonly error: FaultData }
);

/** Where events go. It must not throw. */
export type ProviderEventSink = (event: ProviderEvent) => void;

/** One line of JSON for each event on standard error. */
export const eventsOnStandardError: ProviderEventSink = (event) => {
  process.stderr.write(`${JSON.stringify(event)}\n`);
};
