import type { Endpoint } from "../condition/endpoint.ts";
import type { ProbeOutcome } from "./judge-health.ts";

/** Asks whether something outside is healthy (K11). Nothing it may meet is an error but the signal. */
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
  /**
   * Asks the system's service manager whether a unit is active.
   * @throws {Fault} Aborted, when the signal says so.
   */
  unit(request: HealthSubject, signal: AbortSignal): Promise<ProbeOutcome>;
  /**
   * Asks the container engines of the machine whether a container runs and calls itself healthy.
   * @throws {Fault} Aborted, when the signal says so.
   */
  container(request: HealthSubject, signal: AbortSignal): Promise<ProbeOutcome>;
}

/** Something on the machine that has a name. */
export interface HealthSubject {
  readonly name: string;
  readonly timeoutMs: number;
}

/** One question over HTTP. */
export interface HealthGet {
  /** http or https, without user and password. */
  readonly url: string;
  /** What it must answer with; `undefined`: anything from 200 to 399. */
  readonly status: number | undefined;
  readonly timeoutMs: number;
}
