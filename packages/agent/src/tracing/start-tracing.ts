import { type Clock, type Log, type Random, toFault } from "@holdfast/core";
import type { Tracing } from "./open-tracing.ts";
import { type TraceTarget, traceTargetFrom } from "./trace-target.ts";

/** The program that traces, and its configuration. */
export interface TracingRequest {
  /** The version of the program. */
  readonly version: string;
  /** Where the variables of OpenTelemetry are read. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** What the machine gives it. */
export interface TracingParts {
  readonly hostName: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/**
 * Begins to trace where an endpoint is configured; else nothing of it is loaded. A configuration that makes no sense is
 * reported in the log, and nothing is traced: the agent serves without traces.
 */
export async function startTracing(
  request: TracingRequest | undefined,
  parts: TracingParts,
): Promise<Tracing | undefined> {
  const target = request === undefined ? undefined : configured(request, parts.log);
  if (request === undefined || target === undefined) return undefined;
  const { openTracing } = await import("./open-tracing.ts");
  return openTracing({ target, version: request.version, ...parts });
}

function configured({ environment }: TracingRequest, log: Log): TraceTarget | undefined {
  try {
    return traceTargetFrom(environment);
  } catch (error) {
    const { reason, message, resolution } = toFault(error);
    log.warn(`nothing is traced: ${message}`, { reason, resolution });
    return undefined;
  }
}
