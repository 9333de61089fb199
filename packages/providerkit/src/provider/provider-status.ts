import type { FaultData, Health, OperationPhase, Sync } from "@holdfast/core";

/** The three axes on which a provider is judged, each on its own. */
export interface ProviderStatus {
  /** Whether what is there is what is declared. */
  readonly sync: Sync;
  /** Whether the system itself is in order. */
  readonly health: Health;
  /** What is being done about it. */
  readonly operation: OperationPhase;
  /** Why it is not in order; absent where it is. */
  readonly fault?: FaultData;
}

/** Of what was never asked. */
export const UNOBSERVED: ProviderStatus = {
  sync: "Unknown",
  health: "Progressing",
  operation: "Idle",
};
