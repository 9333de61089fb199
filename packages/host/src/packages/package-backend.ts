import type {
  PackageCandidate,
  PackageDatabase,
  PackageLockHolder,
  PackageToInstall,
  PackageTransactionState,
  Watch,
} from "@holdfast/core";

/**
 * One package tool: what it must know of its own database, output and options. Everything that is the same for all of
 * them (whose results are whose, waiting, what is refused) is done over this interface.
 */
export interface PackageBackend {
  /** For messages, e.g. `apt-get`. */
  readonly tool: string;
  /** What it takes for a name, and for nothing else: no pattern, option, version or removal. */
  readonly namePattern: RegExp;
  /** What it has no way to do; nothing of it is asked of `run`. */
  readonly lacks: ReadonlySet<PackageAbility>;
  /** @throws {Fault} PackageDatabaseUnreadable, Aborted. */
  read(signal: AbortSignal): Promise<PackageDatabase>;
  /**
   * Asks the sources about names that were checked; those that they do not know have no entry.
   * @throws {Fault} what the tool's program failed with.
   */
  query(
    names: readonly string[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, PackageCandidate>>;
  /** A text that is another one when lists, sources or preferences changed, or when the database did. */
  stamp(of: "sources" | "database", signal: AbortSignal): Promise<string>;
  /**
   * Whether sources were changed after their lists were fetched. Left out where the tool fetches them by itself, or where
   * nobody but the tool changes its sources.
   */
  areListsStale?(signal: AbortSignal): Promise<boolean>;
  compareVersions(a: string, b: string): number;
  lockHolder(signal: AbortSignal): Promise<PackageLockHolder | undefined>;
  /**
   * All that a change would remove, without making it.
   * @throws {Fault} PackageFailed, when the tool refuses the change.
   */
  foreseeRemovals(change: PackageChange, signal: AbortSignal): Promise<readonly string[]>;
  /**
   * Carries out one step to its end, whatever the exit code. `finish` and `change` go on when the signal ends the waiting.
   * @throws {Fault} NotPrivileged, RootExecRefused, CommandNotFound, Aborted.
   */
  run(step: PackageStep, options: StepOptions, signal: AbortSignal): Promise<StepEnd>;
  transactionState(task: string, signal: AbortSignal): Promise<PackageTransactionState>;
  /** Resolves when live; every event of database or sources, as it comes. @throws {Fault} WatchFailed. */
  listen(hear: (event: PackageEvent) => void, signal: AbortSignal): Promise<Watch>;
}

/** What not every tool can do. */
export type PackageAbility =
  /** Holding, and taking a hold away. */
  | "hold"
  /** Replacing configuration that was changed here. */
  | "replace-conffiles"
  /** Marking what came as a dependency as asked for. */
  | "mark-manual";

/** The events of a backend. */
export interface PackageEvent {
  readonly type: "installed" | "available" | "overflow";
  readonly trigger: string;
}

/** One call of the tool. */
export type PackageStep =
  /** Fetches the lists. */
  | { readonly type: "refresh" }
  /** Finishes what is unpacked or half configured. */
  | { readonly type: "finish" }
  | PackageChange
  | { readonly type: "hold"; readonly names: readonly string[] }
  | { readonly type: "unhold"; readonly names: readonly string[] }
  | { readonly type: "mark-manual"; readonly names: readonly string[] };

/** What to install and remove, together. It removes nothing that is not named. */
export interface PackageChange {
  readonly type: "change";
  readonly install: readonly PackageToInstall[];
  readonly remove: readonly string[];
  /** The configuration of what is removed goes too. */
  readonly isPurge: boolean;
  readonly noRecommends: boolean;
  readonly allowDowngrade: boolean;
  /** Packages that are held may be changed, when named. */
  readonly allowHeld: boolean;
  readonly conffiles: "keep" | "replace";
}

/** Under which name a step is found again. */
export interface StepOptions {
  readonly task: string;
}

/** How a step ended. */
export interface StepEnd {
  /** `undefined` when a signal ended it, or nobody saw the end. */
  readonly exitCode: number | undefined;
  /** The end of what it said. */
  readonly output: string;
}
