import { Fault, type NetworkStep } from "@holdfast/core";

/** What somebody does to the kernel's network with ip(8). What it refuses is no operation: nothing happens. */
export interface NetworkOperation {
  readonly type: "network";
  readonly step: NetworkStep;
}

/** Does it on one machine, at once. */
export interface NetworkActor {
  /** @throws {Fault} NetworkRefused. */
  change(step: NetworkStep): void;
}

/** Does such an operation, where the machine has a network. */
export function carryOutNetwork({ step }: NetworkOperation, actor: NetworkActor | undefined): void {
  try {
    actor?.change(step);
  } catch (error) {
    if (!(error instanceof Fault) || error.reason !== "NetworkRefused") throw error;
  }
}
