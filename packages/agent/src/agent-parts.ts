import type {
  Attributor,
  Clock,
  HealthProbes,
  HostWriter,
  MachineConditions,
  Preimages,
  Random,
} from "@holdfast/core";
import type { OpenReadingThread, Requesters } from "@holdfast/host";
import type { OpenLedger } from "@holdfast/ledger";
import type { AgentApprovals } from "./approvals/agent-approvals.ts";
import type { AgentPolicy } from "./policy/agent-policy.ts";
import type { LockGuard } from "./lock/lock-guard.ts";

/** What the machine gives an agent. */
export interface AgentParts {
  readonly ledger: OpenLedger;
  /** Watches over the lock of the root; `undefined` for an agent that only reads, and for the installer. */
  readonly guard: LockGuard | undefined;
  /** What goes alone and what waits. Read before an engine begins. */
  readonly policy: AgentPolicy;
  /** Who approved what. Read with the policy. */
  readonly approvals: AgentApprovals;
  readonly host: HostWriter;
  /** The agent's own, of things that do not outlive a boot. */
  readonly runDirectory: string;
  /** Keeps what is overwritten. */
  readonly preimages: Preimages;
  readonly attributor: Attributor;
  /** The users of clients. */
  readonly requesters: Requesters;
  readonly conditions: MachineConditions;
  readonly probes: HealthProbes;
  /** Where many files are read once it is turned on. */
  readonly readingThread: OpenReadingThread;
  readonly clock: Clock;
  readonly random: Random;
}
