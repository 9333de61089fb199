import type { Change } from "../change.ts";
import type { ResourceId } from "../id.ts";
import type { JsonObject } from "../json.ts";
import type { Observation } from "../observation.ts";
import type { TemporaryPlace } from "../ports/files.ts";
import type { HostReader, HostWriter } from "../ports/host.ts";
import type { Log } from "../ports/log.ts";
import type { Watch } from "../ports/paths.ts";
import type { Platform } from "../platform.ts";
import type { Schema } from "../schema.ts";
import type { GraphIndex } from "./graph-index.ts";
import type { ResourceMeta } from "./meta.ts";

/**
 * What one kind of resource knows. A kind is a plain object without state; everything it touches comes in through a
 * context. Its laws are in `@holdfast/testing`: observe and diff never write; apply writes exactly its changes, may
 * be repeated and may be aborted; after apply the diff is empty.
 *
 * `Input` is what an author writes under `spec`, `Spec` what `bind` makes of it together with the resource's name.
 */
export interface ResourceKind<Spec, Observed, Snapshot = undefined, Input = Spec> {
  readonly kind: string;
  /** One sentence for `holdfast list` and the schema. */
  readonly summary: string;
  readonly support: KindSupport;
  /** One source of types, validation and JSON Schema, for `Input`. */
  readonly schema: Schema<Input>;
  /** How often to look without being told. A watch never replaces the resync. Milliseconds. */
  readonly resyncMs: number;
  /** Joins name and input, fills defaults, and reports what the schema cannot say. Pure. */
  bind(name: string, input: Input, report: BindReport): Spec;
  /**
   * Fields that may hold secrets, dotted; what is below them may too. They decide nothing about which thing it is: lane,
   * group, edges, ownership, temporaries and watch are asked of a spec that has `‹secret›` there. Default: none.
   */
  readonly secretFields?: readonly string[];
  /** Reports what would show a secret in such a field to others. Pure. */
  checkSecretUse?(spec: Spec, report: BindReport): void;
  /** Reports, as warnings, what may be written and cannot come true together with the resource's meta. Pure. */
  checkMeta?(spec: Spec, meta: ResourceMeta, report: BindReport): void;
  /** What is in one lane never overlaps. Default: the resource's own id. */
  lane?(spec: Spec): string;
  /** One bulk read for many. It is used only for what it is fresh enough for, and never to verify. */
  snapshot?(specs: readonly Spec[], context: ReadContext): Promise<Snapshot>;
  /**
   * Looks; never writes. Throwing a Fault is the same as returning unknown with it. What a snapshot holds is best
   * answered at once, without a promise: with thousands of resources that is a good part of a pass.
   */
  observe(
    spec: Spec,
    context: ReadContext<Snapshot>,
  ): Observation<Observed> | Promise<Observation<Observed>>;
  /** Compares; pure. `undefined` observed means absent. Empty means in sync. */
  diff(spec: Spec, observed: Observed | undefined): readonly Change[];
  /** Writes exactly `action.changes`. */
  apply(action: KindAction<Spec, Observed>, context: WriteContext): Promise<void>;
  /** Does once what a notification asks for (an exec runs its command again). */
  refresh?(spec: Spec, context: WriteContext): Promise<void>;
  /**
   * Where an attempt may leave a temporary file when the agent is killed in the middle of it. It is written into the
   * intent, so that the next start removes the file whether the resource is still declared or not. Pure.
   */
  temporaries?(spec: Spec): readonly TemporaryPlace[];
  /** Resolves when live. */
  watch?(specs: readonly Spec[], context: ReadContext, sink: HintSink): Promise<Watch>;
  /** What was observed as a short stable text: equal for equal states, different for what diff could tell apart. */
  fingerprint(observed: Observed): string;
  /** For `ready` and `holdfast status`: facts about what is there. */
  details?(observed: Observed): JsonObject;
  readonly group?: KindGroup<Spec, Observed>;
  /** Further dependencies this kind can see in the graph, besides the built-in auto-edges. */
  edges?(spec: Spec, index: GraphIndex): readonly ResourceId[];
  /** True when the spec says the thing should be absent; its edges then point the other way. Default false. */
  isAbsent?(spec: Spec): boolean;
  /** The paths it owns, and whether wholly or in part: two whole owners of one thing are an error. */
  owns?(spec: Spec): readonly Ownership[];
  /** True when it runs commands of its author's choosing; such kinds need leave under a root. Default false. */
  readonly runsCommands?: boolean;
}

/** Many members of one group applied by one call. Keys say who may go together (packages: backend and state). */
export interface KindGroup<Spec, Observed> {
  key(spec: Spec): string;
  /** @throws {Fault} when the batch failed; its members are then applied one by one. */
  applyMany(actions: readonly KindAction<Spec, Observed>[], context: WriteContext): Promise<void>;
}

/** Where a kind exists, is built, and was verified. */
export interface KindSupport {
  /** Platforms whose blueprints may name it. */
  readonly platforms: readonly Platform[];
  /** Platforms it is built for in this version. */
  readonly built: readonly Platform[];
  /** Where its conformance was run for real, e.g. `Debian 12`. */
  readonly verified: readonly string[];
}

/** Reports a mistake in one field of a spec; `path` is dotted and empty for the resource as a whole. */
export type BindReport = (path: string, summary: string, detail: string) => void;

/** What a resource owns on the host, e.g. `path:/etc/motd`. */
export interface Ownership {
  readonly thing: string;
  readonly isWhole: boolean;
}

/** What observe, snapshot and watch get. */
export interface ReadContext<Snapshot = undefined> {
  readonly host: HostReader;
  /** Present when one fresh enough exists. */
  readonly snapshot?: Snapshot | undefined;
  readonly signal: AbortSignal;
  readonly log: Log;
}

/** What apply and its like get. */
export interface WriteContext {
  readonly host: HostWriter;
  readonly signal: AbortSignal;
  readonly log: Log;
  /** The spec holds secrets: nothing of it goes where everybody on the machine can read it. */
  readonly hasSecrets: boolean;
  /** Unique to this attempt and already durable: names temporary files that a crash may leave. */
  readonly attempt: string;
  /** Records the id of a task that goes on outside, durably, before it is waited for. */
  task(taskId: string): Promise<void>;
  /** Tells a person how far it is. */
  progress(message: string): void;
  /**
   * Waits between attempts of one apply, on the engine's clock.
   * @throws {Fault} Aborted, or what the signal was aborted with.
   */
  sleep(delayMs: number): Promise<void>;
}

/** One resource's part of a plan, as its kind carries it out. */
export interface KindAction<Spec, Observed> {
  readonly spec: Spec;
  /** `undefined` when absent. */
  readonly observed: Observed | undefined;
  readonly changes: readonly Change[];
}

/** Where a watch puts what it hears. */
export interface HintSink {
  /** The resource at this position of the watched specs may have changed; `heard` says what was heard. */
  hint(position: number, trigger: string): void;
  /** Events were lost; everything watched is looked at again. */
  overflow(): void;
}

/** A kind whose types are not known here: what the catalog and the engine hold. */
export type AnyKind = ResourceKind<unknown, unknown, unknown, unknown>;
