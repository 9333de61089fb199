import type { Endpoint } from "../condition/endpoint.ts";
import type { ProbeOutcome } from "./judge-health.ts";

/** Asks over the network whether something is healthy (K11). Nothing it may meet is an error but the signal. */
export interface HealthProbes {
  /**
   * Connects and lets go again; nothing is sent.
   * @throws {Fault} Aborted, when the signal says so.
   */
  dial(
    request: { readonly endpoint: Endpoint; readonly timeoutMs: number },
    signal: AbortSignal,
  ): Promise<ProbeOutcome>;
  /**
   * Sends one GET, follows no redirect, and reads a bounded part of the body.
   * @throws {Fault} Aborted, when the signal says so.
   */
  get(request: HealthGet, signal: AbortSignal): Promise<ProbeOutcome>;
}

/** One question over HTTP. */
export interface HealthGet {
  /** http or https, without user and password. */
  readonly url: string;
  /** What it must answer with; `undefined`: anything from 200 to 399. */
  readonly status: number | undefined;
  readonly timeoutMs: number;
}
