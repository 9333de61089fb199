import type { FirewallWriter } from "@holdfast/core";
import type { FirewallActor } from "../operations/firewall/firewall-operation.ts";

/** A machine that the laws of firewalls are tried on. */
export interface FirewallSubject extends AsyncDisposable {
  readonly firewall: FirewallWriter;
  /** Others, with their tables. */
  readonly actor: FirewallActor;
  /** Every table that is there, one line each. */
  lines(): readonly string[];
  /** Somebody kills what watches. */
  killMonitors(): void;
  /** Waits for work as long as the machine's clock needs. */
  finish<T>(work: Promise<T>): Promise<T>;
  /** Waits until it is so. @returns false when it is not within what a watch may take. */
  until(isSo: () => boolean): Promise<boolean>;
}

/** For calls that nobody stops. */
export const UNSTOPPED: AbortSignal = new AbortController().signal;
