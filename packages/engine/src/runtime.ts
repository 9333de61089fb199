import type {
  Catalog,
  Clock,
  EventSink,
  Fault,
  HealthProbes,
  HostWriter,
  KindPorts,
  Ledger,
  Log,
  MachineConditions,
  PolicyGate,
  Preimages,
  Random,
  Redaction,
  ResourceId,
  ResourceStatus,
} from "@holdfast/core";
import type { AbortGroup } from "./abort-group.ts";
import type { EngineNumbers } from "./options.ts";
import type { HintKind, HintSet } from "./queue/hint.ts";
import type { Lanes } from "./queue/lanes.ts";
import type { Schedule } from "./queue/schedule.ts";
import type { WorkQueue } from "./queue/work-queue.ts";
import type { KeptOutputs } from "./records/kept-outputs.ts";
import type { ResourceRecord, Subject } from "./records/resource-record.ts";
import type { PassBudget } from "./policy/pass-budget.ts";
import type { AskedOperation } from "./operations/asked-operation.ts";
import type { RunObserver } from "./run-observer.ts";

/** What an engine is given. Everything that touches the world is a port. */
export interface EngineDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly catalog: Catalog;
  readonly host: HostWriter;
  readonly conditions: MachineConditions;
  readonly probes: HealthProbes;
  readonly ledger: Ledger;
  /** Keeps what is overwritten. Default: nothing is kept, and a file that was overwritten cannot be given back. */
  readonly preimages?: Preimages | undefined;
  /** Names the run of the agent in what is put on record. Default: it has no name. */
  readonly run?: string | undefined;
  readonly events: EventSink;
  /** Observes each run and its stages. Default: none. */
  readonly observer?: RunObserver | undefined;
  /** Names this agent in digests. */
  readonly agentId: string;
  /** Why a kind cannot be used here (not built for the platform, not allowed under a root); `undefined` when it can. */
  readonly refusalOf: (kind: string) => Fault | undefined;
  /** What goes alone and what waits. `ALLOW_ALL` has everything go. */
  readonly policy: PolicyGate;
  /** `detect` observes and reports, and never applies (D17). */
  readonly mode: "enforce" | "detect";
  /** Aborted when a stop shall not wait any longer for what runs. Default: it waits as long as `graceMs` says. */
  readonly graceEnds?: AbortSignal | undefined;
}

/** One run of one resource, from the queue to its verdict. */
export interface Run extends Subject {
  readonly generation: number;
  /** Which desired state it began under, counted by loads. */
  readonly load: number;
  /** What was known when it began. */
  readonly statusBefore: ResourceStatus;
  readonly hints: HintSet;
  /** Sorted; at least one. */
  readonly lanes: readonly string[];
  readonly startedAtMs: number;
  /** Somebody asked for this, and for no observation. Default: the resource is reconciled. */
  readonly operation?: AskedOperation;
}

/** Bulk reads that resources of one kind share; `Snapshots` is the one. */
export interface BulkReads {
  freshFor(
    record: ResourceRecord,
    hintStamp: number,
  ): Promise<{ readonly value: unknown } | undefined> | undefined;
  heldFor(record: ResourceRecord, hintStamp: number): { readonly value: unknown } | undefined;
  forget(): void;
}

/** What is known of conditions on the machine, in words of what is missing; `KnownConditions` is the one. */
export interface ConditionKnowledge {
  unmet(subject: Subject): string | undefined;
  unmetForCertain(subject: Subject, hints: HintSet): string | undefined;
  ask(subject: Subject, stamp: number): Promise<string | undefined>;
  askForRun(run: Subject, stamp: number): Promise<string | undefined>;
}

/** What may be done now, by the phase of the engine and by what its operator said. */
export interface Permission {
  /** How a failure is retried: at once per full-rate attempt, and whether also after the last of them. */
  retrying(): { readonly attempts: number; readonly isEndless: boolean };
  /** Resources are resynced only while serving. */
  isServing(): boolean;
  /** No new work begins. */
  isStopping(): boolean;
  /** An operator has paused the agent. */
  isPaused(): boolean;
  /** Work may begin: the watches are live and everything has been asked for. */
  mayStart(): boolean;
  /** Whether a resource is observed and reported, and never applied (D17): by the mode, or by the policy for it. */
  isDetectOnly(record: ResourceRecord): boolean;
}

/** Where hints go in, and the engine's logical time, which they move. */
export interface Hints {
  /** Asks for a run of a resource, through its coalescing window unless it is a retry. */
  hint(record: ResourceRecord, kind: HintKind, trigger: string): void;
  /** Queues a run once more, with all that asked for it. */
  again(record: ResourceRecord, hints: HintSet): void;
  /** The engine's logical time: rises with every hint, snapshot and apply. */
  nextStamp(): number;
}

/** The desired state that the engine works on. */
export interface DesiredView {
  generation(): number;
  /** The name of the manifest; `undefined` when it has none, and then nothing is kept of what is declared. */
  manifest(): string | undefined;
  /** The digest of what everything is planned from; empty when it has none. */
  planned(): string;
  /** Desired states taken so far. */
  loads(): number;
}

/** What the parts of a running engine share. Only `EngineParts` makes one. */
export interface Runtime extends EngineDeps, Permission, Hints, DesiredView {
  /** What is secret in whatever leaves. Host and log of a runtime let nothing out that it knows. */
  readonly redaction: Redaction;
  /** What kinds may touch of the host. */
  readonly ports: KindPorts;
  readonly numbers: EngineNumbers;
  readonly schedule: Schedule;
  readonly queue: WorkQueue<ResourceRecord>;
  readonly lanes: Lanes<Run>;
  readonly snapshots: BulkReads;
  /** What commands wrote that authors wrote. */
  readonly outputs: KeptOutputs;
  /** The number of actions in the present pass. */
  readonly budget: PassBudget;
  /** What is known of the conditions on the machine. */
  readonly known: ConditionKnowledge;
  /** Aborts what runs when the grace of a stop is over. */
  readonly abortGroup: AbortGroup;
  /** The signal of that group. */
  readonly killed: AbortSignal;
  /** The critical resource whose failure stopped a single pass. */
  haltedBy: ResourceId | undefined;
  /** A run of this resource has its verdict. */
  settled(record: ResourceRecord): void;
  /** Work on this resource that had been given up has ended. */
  release(record: ResourceRecord): void;
  /** Whether the resource's kind and its conditions are watched at the moment; else it is polled. */
  isWatched(record: ResourceRecord): boolean;
}
