import type { Clock, Log, Random } from "@holdfast/core";
import type { RunObserver } from "@holdfast/engine";
import { otlpRequest } from "./otlp-json.ts";
import { postJson } from "./post-json.ts";
import { createRunTracer } from "./run-tracer.ts";
import { SpanQueue } from "./span-queue.ts";
import type { TraceTarget } from "./trace-target.ts";

/** What tracing is opened with. */
export interface TracingOptions {
  readonly target: TraceTarget;
  readonly hostName: string;
  readonly version: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** Traces on their way to a collector. Disposing delivers what is left, within 5 s. */
export interface Tracing extends AsyncDisposable {
  /** For the engine. */
  readonly observer: RunObserver;
}

/** Begins to trace runs. A failure of the collector affects nothing else. */
export function openTracing(options: TracingOptions): Tracing {
  const { target, hostName, version, clock, random, log } = options;
  const source = { serviceName: target.serviceName, version, hostName };
  const queue = new SpanQueue({
    clock,
    log,
    send: (spans, signal) => postJson(target, JSON.stringify(otlpRequest(source, spans)), signal),
  });
  return {
    observer: createRunTracer({ clock, random, onTrace: (spans) => queue.add(spans) }),
    [Symbol.asyncDispose]: () => queue[Symbol.asyncDispose](),
  };
}
