import { showBytes } from "./show-bytes.ts";
import { type Diagnostic, shownDiagnostics } from "./diagnostic.ts";
import { FAULT_REASONS, type FaultReason, type FaultRetry } from "./fault-reasons.ts";

/** What a Fault is made of. */
export interface FaultFields {
  readonly reason: FaultReason;
  /** What happened, with the names in it: one sentence. */
  readonly message: string;
  /** What to do about it: one sentence in the imperative. */
  readonly resolution: string;
  /** Default: what the table says for the reason. */
  readonly retry?: FaultRetry;
  readonly cause?: unknown;
  /** For `InputInvalid`: every mistake that was found; the first hundred are kept. Default: none. */
  readonly diagnostics?: readonly Diagnostic[];
}

/** A Fault as plain data, for status, events and JSON output. */
export interface FaultData {
  readonly reason: FaultReason;
  readonly message: string;
  readonly resolution: string;
  readonly retry: FaultRetry;
}

/**
 * An expected failure: the machine or a service refused an operation. Abort reasons are Faults too. Its words can be shown,
 * whatever bytes the names in them have.
 */
export class Fault extends Error {
  override readonly name = "Fault";
  readonly reason: FaultReason;
  readonly resolution: string;
  readonly retry: FaultRetry;
  readonly diagnostics: readonly Diagnostic[];

  constructor(fields: FaultFields) {
    super(
      showBytes(fields.message),
      fields.cause === undefined ? undefined : { cause: fields.cause },
    );
    this.reason = fields.reason;
    this.resolution = showBytes(fields.resolution);
    this.retry = fields.retry ?? FAULT_REASONS[fields.reason].retry;
    this.diagnostics = shownDiagnostics(fields.diagnostics ?? []);
  }

  /** The fault without its stack and cause. */
  toJSON(): FaultData {
    const { reason, message, resolution, retry } = this;
    return { reason, message, resolution, retry };
  }
}

/**
 * Converts whatever was thrown into a Fault: a Fault stays itself, anything else is a mistake of ours or of a
 * plug-in and becomes `Internal`, so that one sick resource fails alone.
 */
export function toFault(thrown: unknown): Fault {
  if (thrown instanceof Fault) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new Fault({
    reason: "Internal",
    message: `unexpected error: ${message}`,
    resolution: "Report this with the output of the same command and --verbose.",
    cause: thrown,
  });
}

/**
 * Throws the signal's reason as a Fault when it is aborted.
 * @throws {Fault} Aborted, or the Fault the signal was aborted with.
 */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw abortFault(signal);
}

/** The Fault an aborted signal stands for. */
export function abortFault(signal: AbortSignal): Fault {
  if (signal.reason instanceof Fault) return signal.reason;
  return new Fault({
    reason: "Aborted",
    message: "the work was stopped",
    resolution: "Start it again when you are ready.",
    cause: signal.reason,
  });
}
