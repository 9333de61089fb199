import type {
  Attributor,
  Clock,
  HealthProbes,
  HostWriter,
  MachineConditions,
  Random,
} from "@holdfast/core";
import type { Lock, OpenReadingThread } from "@holdfast/host";
import type { OpenLedger } from "@holdfast/ledger";

/** What the machine gives an agent. */
export interface AgentParts {
  readonly ledger: OpenLedger;
  /** The lock of the root; `undefined` for an agent that only reads. */
  readonly lock: Lock | undefined;
  readonly host: HostWriter;
  readonly attributor: Attributor;
  readonly conditions: MachineConditions;
  readonly probes: HealthProbes;
  /** Where many files are read once it is turned on. */
  readonly readingThread: OpenReadingThread;
  readonly clock: Clock;
  readonly random: Random;
}
