import type {
  Catalog,
  EventSink,
  Facts,
  Fault,
  KeptApproval,
  Log,
  Orphan,
  Pause,
  Plan,
  Requester,
  ResourceId,
  Result,
  ResultSummary,
  Selection,
} from "@holdfast/core";
import type { GivenApproval } from "./approvals/given-approval.ts";
import type { KeptEvents } from "./records/prune-events.ts";
import type { PolicyFile } from "./policy/read-policy-file.ts";
import type { LettingGo } from "./removal/let-go.ts";
import type { Resolution } from "./resolve-key.ts";
import type { SavedPlan } from "./saved-plan/saved-plan.ts";
import type { SecretsSource } from "./secrets/secrets-source.ts";
import type { UndoRequest } from "./undo/undo-request.ts";
import type { DesiredSource } from "./source.ts";
import type { TracingRequest } from "./tracing/start-tracing.ts";

/** What an agent is made from. Absent numbers mean the engine's defaults. */
export interface AgentOptions {
  /** Absolute; every path of resources and of the agent's own files is inside it. */
  readonly root: string;
  /** Whether commands may run although `root` is not `/`. */
  readonly rootExec: boolean;
  readonly source: DesiredSource;
  /** Read with the source, each time. Default: there are no secrets. */
  readonly secrets?: SecretsSource;
  readonly catalog: Catalog;
  readonly facts: Facts;
  readonly log: Log;
  readonly mode: "enforce" | "detect";
  readonly select?: Selection;
  /** Ids, kinds, tags or globs of resources that are only observed, whatever the mode (D17). Default: none. */
  readonly detect?: readonly string[];
  /** A person has said that a manifest that lost much removes all of it. Default: it removes nothing of it. */
  readonly isShrinkAllowed?: boolean;
  /** Resources worked on at once. */
  readonly parallel?: number;
  /** For observe and apply each. */
  readonly resourceTimeoutMs?: number;
  /** Attempts before a resource counts as noncompliant. */
  readonly maxRetries?: number;
  readonly events: EventSink;
  /** `write` takes the lock of the root and needs the rights; `read` can only plan. */
  readonly intends: "read" | "write";
  /** Where traces of each run go, as the variables of OpenTelemetry say. Default: nowhere. */
  readonly tracing?: TracingRequest;
  /** The effective user; `undefined` where the platform has none. */
  readonly userId: number | undefined;
  /** Who runs the command, for what it puts on record. Default: nobody knows. */
  readonly requester?: Requester;
  /** Where its policy is. Default: `/etc/holdfast/policy.yaml` under the root, if there is one. */
  readonly policy?: PolicyFile;
  /** Aborted when a stop shall not wait any longer for what runs. Default: it waits for the grace of 30 s. */
  readonly graceEnds?: AbortSignal;
  /** The agent whose ledger and lock are used. Default: that of the root. */
  readonly records?: Records;
}

/**
 * `installer` has a ledger and a lock of its own, below `/run`: what puts the agent's service in place works beside that
 * agent, and what it may still owe (a reload of systemd, a restart) a boot pays.
 */
export type Records = "agent" | "installer";

/** What one pass came to. */
export interface ApplyReport {
  readonly generation: number;
  readonly digest: string;
  readonly results: readonly Result[];
  readonly summary: ResultSummary;
  /** What left the manifest and stays. Default: nothing. */
  readonly orphans?: readonly Orphan[];
}

/** How an agent serves. */
export interface AgentServeOptions {
  /** Ends once nothing changed for this long. 0 or absent: never. */
  readonly timeoutMs?: number;
  /** How much of the event log is kept. */
  readonly keepEvents?: KeptEvents;
  /** Default: the agent answers no questions while it serves. */
  readonly reachable?: Reachable;
}

/** An agent that can be asked through its control socket, and that talks to the service manager where there is one. */
export interface Reachable {
  /** The version that it reports. */
  readonly version: string;
  /** Where XDG_RUNTIME_DIR and the variables of the service manager are read. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The group whose members may ask, besides root and the agent's own user. Default: `operatorsGid`, else none. */
  readonly readersGid?: number;
  /** The group whose members may ask and act. Default: none. */
  readonly operatorsGid?: number;
}

/** One agent on one root. Disposing releases the lock. */
export interface Agent extends AsyncDisposable {
  /** Compares everything, writes nothing. */
  plan(signal: AbortSignal): Promise<Plan>;
  /**
   * Finds what left the manifest and stays; nothing is observed.
   * @throws {Fault} what the source throws.
   */
  orphans(signal: AbortSignal): Promise<readonly Orphan[]>;
  /**
   * Converges once; with a saved plan, does just what is in that. Needs `intends: "write"`.
   * @throws {Fault} PlanOutdated, when that is not what would be done now; Paused, while an operator has put the agent on hold; what the source throws.
   */
  apply(signal: AbortSignal, saved?: SavedPlan): Promise<ApplyReport>;
  /**
   * Converges and then keeps everything as declared, until the signal stops it gracefully or, with a `timeoutMs` that
   * is not 0, until nothing changed for that long. The results are the last of each resource.
   */
  serve(options: AgentServeOptions, signal: AbortSignal): Promise<ApplyReport>;
  /** Reads the source and the secrets again; a broken one is reported (`degraded`) and the good manifest stays. */
  reload(): Promise<void>;
  /**
   * Takes what is not well around an agent that serves, by subject, and `undefined` when it is well again: it is among the
   * conditions of the agent, and an event reports it.
   */
  setCondition(subject: string, fault: Fault | undefined): void;
  /**
   * Puts the agent on hold, or lets it go on (`undefined`); durable when it resolves, whether it serves or not. Returns
   * the pause that was on before.
   */
  pause(pause: Pause | undefined, signal: AbortSignal): Promise<Pause | undefined>;
  /** Shows what an undo would do, and what cannot be undone. @throws {Fault} NotFound; what the source throws. */
  planUndo(request: UndoRequest, signal: AbortSignal): Promise<Plan>;
  /**
   * Undoes changes, and holds what is declared until a new generation or until it is resumed. Needs `intends: "write"`.
   * @throws {Fault} NotFound; UndoRefused; Paused; what the source throws.
   */
  undo(request: UndoRequest, signal: AbortSignal): Promise<ApplyReport>;
  /** Confirms changes that an agent left when it was killed, by default all. Returns the names of those that were. */
  confirm(ops: readonly string[] | undefined, signal: AbortSignal): Promise<readonly string[]>;
  /**
   * Lets what is declared of resources be done again after an undo.
   * @throws {Fault} NotFound, when one of them is not held.
   */
  liftHolds(ids: readonly ResourceId[], signal: AbortSignal): Promise<void>;
  /**
   * Keeps an approval, where no agent serves.
   * @throws {Fault} the reason it is refused for; what the ledger throws.
   */
  approve(given: GivenApproval, signal: AbortSignal): Promise<KeptApproval>;
  /**
   * Settles one-shots with an unknown outcome.
   * @throws {Fault} NotFound, when there is nothing in doubt.
   */
  resolveKey(resolution: Resolution, signal: AbortSignal): Promise<void>;
  /**
   * Lets go of what the ledger remembers of resources; the machine is not touched.
   * @throws {Fault} NotFound, when nothing is remembered of one of them.
   */
  letGo(request: LettingGo, signal: AbortSignal): Promise<void>;
}
