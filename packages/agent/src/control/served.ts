import type {
  Clock,
  FaultData,
  KeptApproval,
  Orphan,
  Pause,
  Plan,
  Requester,
  ResourceId,
  Selection,
} from "@holdfast/core";
import type { ControlRequest, MonitorStatus, Peer } from "@holdfast/daemonkit";
import type { Engine, PlanOptions } from "@holdfast/engine";
import type { ApplyReport } from "../agent.ts";
import type { ShownApprovals } from "../approvals/shown-approvals.ts";
import type { GivenApproval } from "../approvals/given-approval.ts";
import type { LettingGo } from "../removal/let-go.ts";
import type { Resolution } from "../resolve-key.ts";
import type { ChangesToConfirm, ConfirmedChange } from "../undo/changes-to-confirm.ts";
import type { HoldsToLift } from "../undo/lift-holds.ts";
import type { UndoRequest } from "../undo/undo-request.ts";
import type { KnownAttribution } from "../attribution/attributions.ts";

/** Does a part of some work when its turn has come. */
export type Turn = ControlRequest["turn"];

/** An agent that serves, as its control socket and the service manager see it. */
export interface Served {
  /** The machine's name. */
  readonly name: string;
  /** The version of the program. */
  readonly version: string;
  readonly pid: number;
  /** Wall clock. */
  readonly startedAtMs: number;
  readonly clock: Clock;
  readonly engine: Pick<
    Engine,
    | "statuses"
    | "eachStatus"
    | "status"
    | "explain"
    | "operate"
    | "workCounts"
    | "logicalTime"
    | "hint"
    | "hintAll"
    | "overdueMs"
    | "redaction"
  >;
  generation(): number;
  /** The generation up to which everything was evaluated; `undefined` before the first. */
  observedGeneration(): number | undefined;
  /** What works less well than it should, by subject. */
  conditions(): ReadonlyMap<string, FaultData>;
  /** Where the desired state comes from, for people. */
  readonly source: string;
  /**
   * The resources that a selection means; part of the work is done in each turn.
   * @throws {Fault} InputInvalid, with the first pattern that matches nothing; whatever a turn throws.
   */
  chosen(selection: Selection, turn: Turn): Promise<ReadonlySet<ResourceId>>;
  /** Compares what is chosen, default everything. */
  plan(options: PlanOptions, signal: AbortSignal): Promise<Plan>;
  /** Observes what is chosen, default everything, and returns the verdicts; `since` is the engine's logical time. */
  apply(
    asked: { readonly ids: ReadonlySet<ResourceId> | undefined; readonly since: number },
    signal: AbortSignal,
  ): Promise<ApplyReport>;
  /**
   * Reads the source again; one that is broken becomes the condition `source`. `isShrinkAllowed`: a manifest that shrank
   * removes what it lost.
   */
  reload(isShrinkAllowed?: boolean): Promise<void>;
  /** What left the manifest and stays. */
  orphans(): readonly Orphan[];
  /**
   * Lets go of what the ledger remembers of resources.
   * @throws {Fault} NotFound, when nothing is remembered of one of them; what the ledger throws.
   */
  letGo(request: LettingGo, signal: AbortSignal): Promise<void>;
  /** Shows what an undo would do. @throws {Fault} NotFound. */
  planUndo(request: UndoRequest, signal: AbortSignal): Promise<Plan>;
  /** Undoes changes. @throws {Fault} NotFound; UndoRefused; what the ledger throws. */
  undo(request: UndoRequest, signal: AbortSignal): Promise<ApplyReport>;
  /** Confirms changes that may have cut off control, by default all; published with who asked. Returns those that were. */
  confirm(request: ChangesToConfirm, signal: AbortSignal): Promise<readonly ConfirmedChange[]>;
  /** Lets what was undone be done again, and does it. @throws {Fault} NotFound, when one of them is not held. */
  liftHolds(request: HoldsToLift, signal: AbortSignal): Promise<void>;
  /**
   * Settles one-shots with an unknown outcome, and observes the resources that waited for that.
   * @throws {Fault} NotFound, when there is nothing in doubt; what the ledger throws.
   */
  resolveKey(resolution: Resolution, signal: AbortSignal): Promise<void>;
  /** The approvals that were given and are not used up, and whose count. */
  approvals(): ShownApprovals;
  /**
   * Keeps an approval, and has what waits for it judged again.
   * @throws {Fault} the reason it is refused for; what the ledger throws.
   */
  approve(given: GivenApproval, signal: AbortSignal): Promise<KeptApproval>;
  /** The user of a client, and who logged in to its session; `undefined` when the system does not say. */
  requesterOf(peer: Peer | undefined): Requester | undefined;
  /** Puts the agent on hold, or lets it go on (`undefined`); durable, and published with who asked for it. */
  pause(pause: Pause | undefined, requester: Requester | undefined): Promise<void>;
  /** The pause that an operator has put on; `undefined` when none is. */
  paused(): Pause | undefined;
  /** The author of the last drift of a resource; `undefined` when it did not drift, or nothing can be asked of it. */
  attributionOf(id: ResourceId): KnownAttribution | undefined;
  /** The parts that run, and how: the agent's own and the watches. */
  monitors(): readonly MonitorStatus[];
  isStopping(): boolean;
}

/** The condition of a source that cannot be read or has mistakes. */
export const SOURCE_SUBJECT = "source";
/** The monitor that serves the control socket, and its condition when that cannot be served. */
export const CONTROL_MONITOR = "control";
