import type { Fault } from "../fault/fault.ts";
import type { Watch } from "./paths.ts";

/**
 * The package database of the host and the tool that changes it. A name is `name` for the host's own architecture or
 * `name:architecture` for another; it is never a pattern.
 */
export interface PackageReader {
  /**
   * Reads the whole database, as it is now.
   * @throws {Fault} PackageDatabaseUnreadable, when it is not there, not whole, or not understood: never an empty answer.
   *   UnsupportedPlatform, when no package tool is known here. Aborted.
   */
  read(signal: AbortSignal): Promise<PackageDatabase>;
  /**
   * What the sources offer for these names. A name that no source knows has no entry. Kept until lists, sources,
   * preferences or the database change.
   * @throws {Fault} InputInvalid (a name is none), PackageDatabaseUnreadable, CommandNotFound, CommandTimeout, Aborted.
   */
  candidates(
    names: readonly string[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, PackageCandidate>>;
  /**
   * Whether sources were changed after their lists were fetched, so that what is offered is not what they have.
   * @throws {Fault} Aborted.
   */
  areListsStale(signal: AbortSignal): Promise<boolean>;
  /** Negative when `a` is older than `b`, 0 when they are the same version, as the package tool judges. Pure. */
  compareVersions(a: string, b: string): number;
  /** The holder of a lock of the package tool now, without taking it; `undefined` when no process does. */
  lockHolder(signal: AbortSignal): Promise<PackageLockHolder | undefined>;
  /**
   * What became of a transaction that `transact` began under this task, perhaps before the agent was started again.
   * `unknown` when it never began, or its end was not observed: the database then shows what it did.
   */
  transactionState(task: string, signal: AbortSignal): Promise<PackageTransactionState>;
  /**
   * Resolves when live. Hints are held back while a process holds a lock, and many changes make one.
   * @throws {Fault} WatchFailed, UnsupportedPlatform, Aborted.
   */
  watch(sink: (hint: PackageHint) => void, signal: AbortSignal): Promise<Watch>;
}

/** The package tool as it may be used to change the host. */
export interface PackageWriter extends PackageReader {
  /**
   * Changes packages in one transaction of the tool, which runs to its end whatever becomes of the agent. First waits for
   * the locks, and finishes what an earlier transaction left unfinished. A package is done when the database says so
   * afterwards; each has its own result, and what cannot be had is left out beforehand.
   *
   * The signal ends the waiting, never the transaction.
   * @throws {Fault} PackagesLocked, PackageDatabaseUnreadable, PackageTransactionRunning, RootExecRefused,
   *   UnsupportedPlatform, Aborted; whatever concerns single packages is in the results.
   */
  transact(
    request: PackageTransaction,
    run: PackageRun,
    signal: AbortSignal,
  ): Promise<PackageTransactionResult>;
}

/** Everything that is installed, or has left something behind. */
export interface PackageDatabase {
  /** By `name:architecture`, and by the bare name where that means it. One that was never installed has no entry. */
  readonly packages: ReadonlyMap<string, InstalledPackage>;
  /** A transaction was cut off in the middle, or is running. */
  readonly isInterrupted: boolean;
}

/** One package of the database. */
export interface InstalledPackage {
  readonly name: string;
  readonly architecture: string;
  /** `undefined` where only configuration is left and the tool forgot which version it was. */
  readonly version?: string;
  readonly state: InstalledState;
  /** Its version is not changed, and it is not removed, unless the hold is removed. */
  readonly isHeld: boolean;
  /** It was asked for; otherwise it came as a dependency and goes when nothing needs it. */
  readonly isManual: boolean;
  /** Virtual names that it stands for. */
  readonly provides: readonly string[];
}

/** How far a package is installed. */
export type InstalledState =
  | { readonly type: "installed" }
  | { readonly type: "config-files" }
  /** Present, and does not work: to be finished, not to be installed again. */
  | { readonly type: "broken"; readonly how: BrokenHow };

/** In the words of dpkg. */
export type BrokenHow =
  | "unpacked"
  | "half-configured"
  | "half-installed"
  | "triggers-awaited"
  | "triggers-pending"
  | "reinst-required";

/** What the sources offer under a name. */
export interface PackageCandidate {
  /** The version that would be installed; `undefined` when none may be. */
  readonly candidate?: string;
  /** Every version that could be named, the installed one among them. */
  readonly versions: readonly string[];
  /** When no package has this name: those that stand for it. */
  readonly providers: readonly string[];
}

/** The holder of a lock. */
export interface PackageLockHolder {
  readonly path: string;
  /** `undefined` when it is in another container, or the lock does not say it. */
  readonly pid?: number;
  /** The name of its program, for people. */
  readonly program?: string;
}

/** What became of a transaction. */
export type PackageTransactionState =
  | { readonly type: "running" }
  /** `exitCode` is of the tool; `undefined` when a signal ended it. */
  | { readonly type: "done"; readonly exitCode: number | undefined }
  | { readonly type: "unknown" };

/** What changed: packages were installed or removed, other versions are offered, or events were lost. */
export type PackageHint =
  | { readonly type: "installed"; readonly trigger: string }
  | { readonly type: "available"; readonly trigger: string }
  | { readonly type: "overflow" };

/** What to change, together. Every list is by name; a name is in one of `install`, `remove` and `purge`. */
export interface PackageTransaction {
  /**
   * Without a version, what is installed is left at its version; an absent one gets the candidate. With one, exactly
   * that is installed. A package that is broken is finished.
   */
  readonly install?: readonly PackageToInstall[];
  /** Their configuration stays. Never takes along what was not named. */
  readonly remove?: readonly string[];
  /** Removed with their configuration. */
  readonly purge?: readonly string[];
  /** Held afterwards; the transaction may change them. */
  readonly hold?: readonly string[];
  /** No longer held, before anything else. */
  readonly unhold?: readonly string[];
  /** Marked as asked for. What is newly installed by name is so anyway. */
  readonly markManual?: readonly string[];
  /** Leaves out what packages only recommend. Default false: as the host is configured. */
  readonly noRecommends?: boolean;
  /** Default false: an older version than the installed one is refused. */
  readonly allowDowngrade?: boolean;
  /** What becomes of configuration files that were changed here. Default `keep`. */
  readonly conffiles?: "keep" | "replace";
  /** Fetches the lists of the sources first. Default false. */
  readonly refreshLists?: boolean;
}

/** One package to have. */
export interface PackageToInstall {
  readonly name: string;
  /** Exactly this one. */
  readonly version?: string;
}

/** How one transaction is run. */
export interface PackageRun {
  /** Names it for `transactionState`: letters, digits, `.`, `_`, `-`; unique to this attempt, and durable before it begins. */
  readonly task: string;
  /** Receives what it waits for and does. Default: not reported. */
  readonly progress?: (progress: PackageProgress) => void;
  /** How long the locks of others are waited for. Default 10 minutes. */
  readonly lockWaitMs?: number;
}

/** How far a transaction is. */
export type PackageProgress =
  | { readonly type: "waiting"; readonly holder: PackageLockHolder }
  | { readonly type: "finishing"; readonly packages: readonly string[] }
  | { readonly type: "refreshing" }
  | { readonly type: "changing" };

/** What a transaction did. */
export interface PackageTransactionResult {
  /** One for each name of the request. */
  readonly results: ReadonlyMap<string, PackageResult>;
  /** Packages that were left unfinished by others and are finished now. */
  readonly finished: readonly string[];
  /** Why the lists could not be fetched; the rest was done with those that are there. */
  readonly listsFault?: Fault;
}

/** How one package came out. */
export type PackageResult =
  | { readonly type: "done" }
  | { readonly type: "failed"; readonly fault: Fault };
