import type { Json } from "@holdfast/core";
import type { Span } from "./run-tracer.ts";

/** The sender of spans. */
export interface TraceSource {
  readonly serviceName: string;
  readonly version: string;
  readonly hostName: string;
}

const KIND_INTERNAL = 1;
const STATUS_ERROR = 2;

/**
 * A request of OTLP/HTTP in its JSON form: identifiers in hexadecimal, nanoseconds as decimal text.
 * Source: opentelemetry.io/docs/specs/otlp, "JSON Protobuf Encoding".
 */
export function otlpRequest(source: TraceSource, spans: readonly Span[]): Json {
  const { serviceName, version, hostName } = source;
  const resource = {
    "service.name": serviceName,
    "service.version": version,
    "host.name": hostName,
  };
  return {
    resourceSpans: [
      {
        resource: { attributes: attributesJson(resource) },
        scopeSpans: [{ scope: { name: "holdfast", version }, spans: spans.map(spanJson) }],
      },
    ],
  };
}

function spanJson(span: Span): Json {
  const { traceId, spanId, parentSpanId, name, startMs, endMs, attributes, isError } = span;
  return {
    traceId,
    spanId,
    ...(parentSpanId === undefined ? {} : { parentSpanId }),
    name,
    kind: KIND_INTERNAL,
    startTimeUnixNano: nanoseconds(startMs),
    endTimeUnixNano: nanoseconds(endMs),
    attributes: attributesJson(attributes),
    ...(isError ? { status: { code: STATUS_ERROR } } : {}),
  };
}

function attributesJson(attributes: Readonly<Record<string, string>>): Json {
  return Object.entries(attributes).map(([key, value]) => ({
    key,
    value: { stringValue: value },
  }));
}

/** More than a number holds exactly, so microseconds are. */
function nanoseconds(timeMs: number): string {
  return `${Math.round(timeMs * 1_000)}000`;
}
