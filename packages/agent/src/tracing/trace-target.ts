import { Fault } from "@holdfast/core";

/** Where traces go. */
export interface TraceTarget {
  /** Of the signal itself, as `http://127.0.0.1:4318/v1/traces`. */
  readonly url: URL;
  /** Sent along; they may hold a secret, and are shown nowhere. */
  readonly headers: Readonly<Record<string, string>>;
  /** How long one delivery may take. */
  readonly timeoutMs: number;
  /** The `service.name` of the traces. */
  readonly serviceName: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const DEFAULT_TIMEOUT_MS = 10_000;

/**
 * Where the variables of OpenTelemetry say that traces go; `undefined` when they say nothing, or that there are none. Of
 * each pair, the one for traces wins.
 * @throws {Fault} InputInvalid, for an endpoint that is no address, or a protocol other than `http/json`.
 */
export function traceTargetFrom(environment: Environment): TraceTarget | undefined {
  const read = (name: string): string | undefined => environment[name]?.trim() || undefined;
  const own = (name: string): string | undefined =>
    read(`OTEL_EXPORTER_OTLP_TRACES_${name}`) ?? read(`OTEL_EXPORTER_OTLP_${name}`);
  const isOff =
    read("OTEL_SDK_DISABLED")?.toLowerCase() === "true" ||
    read("OTEL_TRACES_EXPORTER")?.toLowerCase() === "none";
  if (isOff || own("ENDPOINT") === undefined) return undefined;
  refuseProtocol(own("PROTOCOL"));
  const timeoutMs = Number(own("TIMEOUT") ?? DEFAULT_TIMEOUT_MS);
  return {
    url: urlFrom(read("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"), read("OTEL_EXPORTER_OTLP_ENDPOINT")),
    headers: headersFrom(own("HEADERS") ?? ""),
    timeoutMs: timeoutMs > 0 && Number.isFinite(timeoutMs) ? timeoutMs : DEFAULT_TIMEOUT_MS,
    serviceName: read("OTEL_SERVICE_NAME") ?? "holdfast",
  };
}

/** The address for traces is taken as it is; the common one is that of a collector, which has a path for each signal. */
function urlFrom(own: string | undefined, common = ""): URL {
  const text = own ?? `${common.replace(/\/+$/, "")}/v1/traces`;
  const url = URL.parse(text);
  if (url !== null && (url.protocol === "http:" || url.protocol === "https:")) return url;
  throw new Fault({
    reason: "InputInvalid",
    // Not the address itself: it may hold a password.
    message: "the endpoint for traces is no address that begins with http:// or https://",
    resolution: "Correct OTEL_EXPORTER_OTLP_ENDPOINT, e.g. http://127.0.0.1:4318.",
  });
}

function refuseProtocol(protocol = "http/json"): void {
  if (protocol === "http/json") return;
  throw new Fault({
    reason: "InputInvalid",
    message: `traces cannot be sent by ${protocol}`,
    resolution:
      "Set OTEL_EXPORTER_OTLP_PROTOCOL to http/json; every collector takes it on port 4318.",
  });
}

/** `name=value,name=value`, values encoded as in addresses. What is malformed is left out. */
function headersFrom(text: string): Readonly<Record<string, string>> {
  const pairs = text.split(",").flatMap((pair) => {
    const at = pair.indexOf("=");
    const name = pair.slice(0, at).trim().toLowerCase();
    const value = decoded(pair.slice(at + 1).trim());
    const isHeader = /^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name) && value !== undefined;
    return at > 0 && isHeader ? [[name, value] as const] : [];
  });
  return Object.fromEntries(pairs);
}

function decoded(text: string): string | undefined {
  try {
    const value = decodeURIComponent(text);
    return /^[\t\u0020-\u007e]*$/.test(value) ? value : undefined;
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
