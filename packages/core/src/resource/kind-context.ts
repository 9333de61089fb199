import type { Change } from "../change.ts";
import type { Cause, Provenance, Verb } from "../plan/action.ts";
import type { CommandOutput } from "../ports/commands.ts";
import type { HostReader, HostWriter } from "../ports/host.ts";
import type { Log } from "../ports/log.ts";
import type { Watch } from "../ports/paths.ts";

/** What observe, snapshot and watch get. */
export interface ReadContext<Snapshot = undefined> {
  /** The ports that the kind lists, without anything that writes. */
  readonly host: HostReader;
  /** Present when one fresh enough exists. */
  readonly snapshot?: Snapshot | undefined;
  readonly signal: AbortSignal;
  readonly log: Log;
  /** A person asks now: what others were asked about a while ago is asked anew. Default false. */
  readonly isAsked?: boolean;
}

/** What apply and its like get. */
export interface WriteContext {
  /** The ports that the kind lists. */
  readonly host: HostWriter;
  readonly signal: AbortSignal;
  readonly log: Log;
  /** The spec holds secrets: nothing of it goes where everybody on the machine can read it. */
  readonly hasSecrets: boolean;
  /** Unique to this attempt and already durable: names temporary files that a crash may leave. */
  readonly attempt: string;
  /** Records the id of a task that goes on outside, durably, before it is waited for. */
  task(taskId: string): Promise<void>;
  /** Reports progress to a person. */
  progress(message: string): void;
  /** Keeps the output of the author's own command for a person; only that of the last attempt is kept. */
  printed(output: CommandOutput): void;
  /**
   * Waits between attempts of one apply, on the engine's clock.
   * @throws {Fault} Aborted, or what the signal was aborted with.
   */
  sleep(delayMs: number): Promise<void>;
}

/** One resource's part of a plan, as its kind carries it out. */
export interface KindAction<Spec, Observed> {
  readonly verb: Exclude<Verb, "refresh">;
  readonly cause: Cause;
  /** Of what is there, or will be: whether it is ours. */
  readonly provenance: Provenance;
  /** What is there is as our last apply left it: nobody changed it since. Default false. */
  readonly isAsLeft?: boolean;
  readonly spec: Spec;
  /** `undefined` when absent. */
  readonly observed: Observed | undefined;
  readonly changes: readonly Change[];
  /** The fingerprint of what the last apply left; absent where none is on record. Of a spec with secrets it is keyed. */
  readonly lastFingerprint?: string | undefined;
}

/** What the risk of an action is judged by: what its kind would carry out, or a refresh. */
export interface JudgedAction<Spec, Observed>
  extends Omit<KindAction<Spec, Observed>, "verb" | "lastFingerprint"> {
  readonly verb: Verb;
  /** The fingerprint of what the last apply left; absent where none is on record. */
  readonly lastFingerprint?: string | undefined;
}

/** One member of a batch: what is to be done, and a context of its own, with its own attempt, task and secrets. */
export interface BatchMember<Spec, Observed> {
  readonly action: KindAction<Spec, Observed>;
  readonly context: WriteContext;
}

/**
 * What became of work that goes on outside of the agent. `over`: it has ended, well or not; what it did is seen by
 * observing. `unknown`: its state is unknown, and it may still write.
 */
export type TaskState =
  | { readonly type: "running" }
  | { readonly type: "over" }
  | { readonly type: "unknown"; readonly why: string };

/** Members of a watch that come, go, or are declared differently: then they go and come at once. */
export interface WatchChanges<Spec> {
  /** Positions that are free afterwards, unless `added` has them again. */
  readonly removed: readonly number[];
  readonly added: ReadonlyMap<number, Spec>;
}

/** The watch of a kind. One that cannot `update` is opened anew when its members change. */
export interface KindWatch<Spec> extends Watch {
  /** Resolves when what was added is watched. */
  update?(changes: WatchChanges<Spec>, signal: AbortSignal): Promise<void>;
}

/** Where a watch puts what it notices. */
export interface HintSink {
  /** The resource at this position of the watched specs may have changed; `trigger` says what was noticed. */
  hint(position: number, trigger: string): void;
  /** Events were lost; everything watched is observed again. */
  overflow(): void;
}
