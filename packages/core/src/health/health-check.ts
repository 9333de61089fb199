/** What is asked, once: exactly one of these. */
export type HealthProbe =
  /** `host:port` accepts a connection; an IPv6 address stands in brackets. Nothing is sent. */
  | { readonly tcp: string }
  /** A GET of this URL answers with `status`; default any of 200 to 399. Redirects are not followed. */
  | { readonly http: string; readonly status?: number }
  /** This argv, without a shell, ends with exit code 0. */
  | { readonly command: readonly [string, ...string[]] }
  /** This unit of the system's service manager is active; a name without a suffix is a service. */
  | { readonly unit: string }
  /** This container of Podman or Docker runs, and its own health check, where it has one, says that it is healthy. */
  | { readonly container: string };

/** What a check is for. `readiness` holds dependents back; `liveness` refreshes the resource. */
export type HealthPurpose = "readiness" | "liveness";

/** When it is asked, and how many answers count. The names and meanings are those of Kubernetes' probes. */
export interface HealthTiming {
  /** Default `readiness`. */
  readonly as: HealthPurpose;
  /** From one probe to the next, ±10 %. Default 10 000. */
  readonly periodMs: number;
  /** What has not answered by then has failed; at most the period. Default 2 000, or the period where that is shorter. */
  readonly timeoutMs: number;
  /** Failures in a row that make it unhealthy. Default 3. */
  readonly failureThreshold: number;
  /** Successes in a row that make it healthy. Default 1. */
  readonly successThreshold: number;
  /** Before the first probe, after the resource was found in sync or changed. Default 0. */
  readonly initialDelayMs: number;
}

/** One health check of a resource (K11), as it is written. */
export type HealthCheck = HealthProbe & Partial<HealthTiming>;

const PERIOD_MS = 10_000;
const TIMEOUT_MS = 2_000;

/** The timing of a check with every default filled in. */
export function timingOf(check: HealthCheck): HealthTiming {
  const { periodMs = PERIOD_MS } = check;
  return {
    as: check.as ?? "readiness",
    periodMs,
    timeoutMs: check.timeoutMs ?? Math.min(TIMEOUT_MS, periodMs),
    failureThreshold: check.failureThreshold ?? 3,
    successThreshold: check.successThreshold ?? 1,
    initialDelayMs: check.initialDelayMs ?? 0,
  };
}

/** The name of a check for people: without the query of a URL and the arguments of a command. */
export function nameOfProbe(probe: HealthProbe): string {
  if ("tcp" in probe) return `tcp ${probe.tcp}`;
  if ("command" in probe) return `command ${probe.command[0]}`;
  if ("unit" in probe) return `unit ${probe.unit}`;
  if ("container" in probe) return `container ${probe.container}`;
  const url = URL.parse(probe.http);
  return `http ${url === null ? probe.http : `${url.origin}${url.pathname}`}`;
}
