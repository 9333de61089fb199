// Long because: it is the contract of a kind, each member with what it promises.
import type { Change } from "../change.ts";
import type { Fault } from "../fault/fault.ts";
import type { Assessment } from "../gate/risk.ts";
import type { JsonObject } from "../json.ts";
import type { Observation } from "../observation.ts";
import type { Platform } from "../platform.ts";
import type { FilePlace } from "../ports/kept/changes.ts";
import type { TemporaryPlace } from "../ports/files.ts";
import type { KeptBytes, Preimage } from "../ports/kept/preimages.ts";
import type { PortName } from "../ports/host.ts";
import type { Schema } from "../schema.ts";
import type {
  BatchMember,
  HintSink,
  JudgedAction,
  KindAction,
  KindWatch,
  ReadContext,
  TaskState,
  WriteContext,
} from "./kind-context.ts";
import type { ResourceMeta } from "./meta.ts";
import type { KindOperation } from "./operation.ts";

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
  /** What it touches of the host. Its contexts have these ports and no others. */
  readonly ports: readonly PortName[];
  /** One source of types, validation and JSON Schema, for `Input`. */
  readonly schema: Schema<Input>;
  /** How often to observe without a hint. A watch never replaces the resync. Milliseconds. */
  readonly resyncMs: number;
  /** Likewise, where the author says how often: of a branch that is followed. Pure. Default: `resyncMs`. */
  resyncMsOf?(spec: Spec): number;
  /** Joins name and input, fills defaults, and reports what the schema cannot say. Pure. */
  bind(name: string, input: Input, report: BindReport): Spec;
  /**
   * Fields that may hold secrets, dotted; what is below them may too. They decide nothing about which thing it is: lane,
   * group, edges, ownership, temporaries and watch are asked of a spec that has `‹secret›` there. Default: none.
   */
  readonly secretFields?: readonly string[];
  /**
   * Fields, dotted, whose text is a template that the kind renders itself: a manifest's vars are not filled into it. Default:
   * none.
   */
  readonly templateFields?: readonly string[];
  /** Reports what would show a secret in such a field to others. Pure. */
  checkSecretUse?(spec: Spec, report: BindReport): void;
  /** Reports, as warnings, what may be written and cannot come true together with the resource's meta. Pure. */
  checkMeta?(spec: Spec, meta: ResourceMeta, report: BindReport): void;
  /**
   * What must not overlap with others that name the same: a path, a unit, the lock of a database. All are held at once,
   * and they are taken in sorted order. Default: the resource's own id.
   */
  lanes?(spec: Spec): readonly string[];
  /** One bulk read for many. It is used only for what it is fresh enough for, and never to verify. */
  snapshot?(specs: readonly Spec[], context: ReadContext): Promise<Snapshot>;
  /**
   * Observes; never writes. Throwing a Fault is the same as returning unknown with it. What a snapshot holds is best
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
  /** What can be asked of it besides being as declared, by name: `restart`. Default: nothing. */
  readonly operations?: Readonly<Record<string, KindOperation<Spec>>>;
  /**
   * What an action may cost, where the general rules (`GENERAL_RISKS`) do not say it: one of the rows of `risks`. Pure.
   * Default: the rules say it all.
   */
  risk?(action: JudgedAction<Spec, Observed>): Assessment | undefined;
  /** The rows that `risk` answers with, by names of its own: a page lists them. */
  readonly risks?: Readonly<Record<string, Assessment>>;
  /**
   * Throws what apply would refuse, before its first write (D20). A plan calls it for a resource with changes. The ports of
   * its context read as ever; the first call that would write ends it. So the apply of a kind that touches the host only
   * through its ports is its `foresee` too, and both say the same. Default: a plan foretells nothing.
   */
  foresee?(action: KindAction<Spec, Observed>, context: WriteContext): Promise<void>;
  /**
   * Whether to apply it may make this thing, which no resource owns: what a package installs, what a command makes. What
   * comes after it and lacks that thing may be refused, instead of will be. Pure. Default: it makes what it owns.
   */
  brings?(spec: Spec, thing: Thing): boolean;
  /**
   * What an observation judges by, beside the resource itself: things that others own, such as the source of a copy; or
   * `everything` that it comes after, as guards do. While that is still to be changed, being in sync means nothing, and a
   * plan says that the resource may change. Pure. Default: nothing.
   */
  judgedBy?(spec: Spec): readonly Thing[] | "everything";
  /** Does once what a notification asks for (an exec runs its command again). */
  refresh?(spec: Spec, context: WriteContext): Promise<void>;
  /** Whether nothing but a notification has it do anything, so that one which nobody notifies is a mistake. Pure. Default: no. */
  isForNotifications?(spec: Spec): boolean;
  /**
   * Where an attempt may leave a temporary file when the agent is killed in the middle of it. It is written into the
   * intent, so that the next start removes the file whether the resource is still declared or not. Pure. What was observed
   * may say where: in the home directory that the accounts name.
   */
  temporaries?(spec: Spec, observed: Observed | undefined): readonly TemporaryPlace[];
  /**
   * Finds a task that an attempt had on record when the agent ended; the resource is observed when it is over. The
   * resource's lanes are held meanwhile.
   */
  resume?(task: string, context: ReadContext): Promise<TaskState>;
  /**
   * Whether a change to this spec may cut off whoever makes it: then it is put back unless it is confirmed. Pure. Default: it
   * may not.
   */
  mayCutControl?(spec: Spec, observed: Observed | undefined): boolean;
  /**
   * Whether the watch notices everything that could change what is observed. What it may miss is observed again by a
   * plan. Pure. Default: it does.
   */
  isFullyWatched?(spec: Spec): boolean;
  /** Resolves when live. */
  watch?(specs: readonly Spec[], context: ReadContext, sink: HintSink): Promise<KindWatch<Spec>>;
  /** What was observed as a short stable text: equal for equal states, different for what diff could tell apart. */
  fingerprint(observed: Observed): string;
  /**
   * What is wanted beyond the words of the spec, as a short text: the content of a source, the commit of a branch that is
   * followed. While it is another than when the resource was last as declared, a difference is a new intent and no drift.
   * Pure. Default: the spec says it all.
   */
  intentOf?(spec: Spec, observed: Observed): string | undefined;
  /** For `ready` and `holdfast status`: facts about what is there. */
  details?(observed: Observed): JsonObject;
  readonly batch?: KindBatch<Spec, Observed>;
  /** True when the spec says the thing should be absent; its edges then point the other way. Default false. */
  isAbsent?(spec: Spec): boolean;
  /**
   * The spec that says it should not be there; `undefined` where that means nothing for this spec. Removal applies it.
   * Pure. Default: nothing of this kind can be removed.
   */
  absent?(spec: Spec): Spec | undefined;
  /**
   * What an author would write to have what was observed; `undefined` when that cannot be captured. Undo and export
   * apply it. Pure. Default: nothing can be captured.
   */
  describe?(spec: Spec, observed: Observed): Input | undefined;
  /**
   * Of what is one regular file: how that is given back as it was, whoever wrote it. Undo prefers it to `describe`. Default: none.
   */
  readonly asFile?: KindFile<Spec, Observed>;
  /**
   * Whether more goes than it describes when this spec is applied to what is there, so that no undo gives it back: the files
   * in a directory that is removed, what is in a volume that is made anew. Pure. Default: not.
   */
  losesContent?(spec: Spec): boolean;
  /** What it is, and whether wholly or in part: `path:/etc/motd`, `user:app`. Two whole owners of one thing are an error. */
  owns?(spec: Spec): readonly Ownership[];
  /**
   * What it cannot be without: things that others own. Where they are declared they come first, and a manifest that wants
   * one of them absent contradicts itself. Pure.
   */
  needs?(spec: Spec): readonly Thing[];
  /**
   * Whether a change of something that it comes after makes it differ, though it is as declared now: a plan says so. Pure.
   * Default: it does not.
   */
  isUndoneBy?(spec: Spec, change: ChangeBefore): boolean;
  /** What it runs or reads where that is declared: it comes first too, but may be absent. Pure. */
  uses?(spec: Spec): readonly Thing[];
  /** Paths that it makes for others to declare: they come after it, and so does what is below them. Pure. */
  makes?(spec: Spec): readonly string[];
  /**
   * What is not there once it is absent; of a `path:` nothing below either. Pure. Default: what it owns wholly.
   */
  takesAway?(spec: Spec): readonly Thing[];
  /**
   * Whether what depends on it may be changed, by what was observed: not while a file system is not mounted, for it would
   * be written into the directory below the mount point. It is observed anew just before. Pure. Default: always.
   */
  carries?(spec: Spec, observed: Observed | undefined): boolean;
  /** True when it runs commands of its author's choosing; such kinds need leave under a root. Default false. */
  readonly runsCommands?: boolean;
}

/**
 * Many members of one key applied by one call: one transaction of a package tool, one write of a table. Members stay
 * apart in everything else: intent, context, outcome.
 */
export interface KindBatch<Spec, Observed> {
  /** The key of resources that may go together (packages: backend and state). */
  key(spec: Spec): string;
  /**
   * Returns what went wrong with each member, in order; `undefined` where nothing did. Whatever it returns, each member
   * is verified by itself.
   * @throws {Fault} when the batch failed as a whole; its members are then applied one by one.
   */
  applyMany(
    members: readonly BatchMember<Spec, Observed>[],
  ): Promise<readonly (Fault | undefined)[]>;
}

/** How what is one regular file is kept before a change, and given back. */
export interface KindFile<Spec, Observed> {
  /** The file that is there; `undefined` when what is there is none. Pure. */
  placeOf(spec: Spec, observed: Observed): FilePlace | undefined;
  /** Whether these changes overwrite or remove its content. Pure. */
  changesContent(changes: readonly Change[]): boolean;
  /**
   * The resource that gives it back: its kind, and the spec as that kind's `bind` would make it. Without bytes its content
   * stays. Pure.
   */
  restore(
    place: FilePlace,
    preimage: Preimage,
    bytes: KeptBytes | undefined,
  ): { readonly kind: string; readonly spec: unknown };
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

/**
 * Something on a host that a resource is or needs: its sort, a colon and its name. `path:/etc/motd`, `user:app`,
 * `group:web`, `unit:nginx.service`, `package:nginx`; a kind may have sorts of its own. Who needs `tree:/srv/site` needs that
 * path and everything declared below it. `program:make` is the program of that name, in a directory of programs or of a package
 * of that name; `content:/etc/motd` the owner of all that the file says.
 */
export type Thing = `${string}:${string}`;

/** What will be changed before a resource is. */
export interface ChangeBefore {
  /** What is changed: the things that are owned there. */
  readonly things: readonly Thing[];
  readonly changes: readonly Change[];
}

/** What a resource owns on the host. */
export interface Ownership {
  readonly thing: Thing;
  readonly isWhole: boolean;
  /** Of a directory that decides about what is below it: whether about this absolute path. Default: about none. */
  readonly covers?: (path: string) => boolean;
  /** Of a symbolic link: where it leads, as stored. */
  readonly leadsTo?: string;
}

/** A kind whose types are not known here: what the catalog and the engine hold. */
export type AnyKind = ResourceKind<unknown, unknown, unknown, unknown>;
