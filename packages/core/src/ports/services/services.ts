import type { Observation } from "../../observation.ts";
import type { Watch } from "../paths.ts";

/** One unit that is observed. */
export interface UnitRequest {
  /** Its full name: `nginx.service`, `backup@db.timer`; a template too, `getty@.service`. */
  readonly unit: string;
  /** Observe `details` too, which costs one question more for each unit. Default false. */
  readonly details?: boolean;
}

/** What was found of a unit. */
export interface UnitReading {
  /** The name that systemd uses: another one than was asked for when that was an alias. */
  readonly name: string;
  /** `undefined` for a template, and for every unit of another root: nothing of it can run here. */
  readonly runtime: UnitRuntime | undefined;
  /** How it is enabled, whether it is masked or not; `undefined` where it has no file, or a mask hides the answer. */
  readonly enablement: Enablement | undefined;
  /** The mask that keeps it from being started, and how long that holds; `undefined` when there is none. */
  readonly mask: Lasting | undefined;
  /** The unit file that counts, as it is on the disk now, apart from a mask; `undefined` when there is none. */
  readonly path: string | undefined;
  /** The drop-ins that count, as they are on the disk now, in the order in which they apply. */
  readonly dropIns: readonly string[];
}

/** For how long a link of a unit holds: under /etc for good, under /run until the next boot. */
export type Lasting = "persistent" | "runtime";

/** How a unit is enabled: what `systemctl is-enabled` says, without its masks. */
export interface Enablement {
  readonly state: EnablementState;
  readonly lasting: Lasting;
}

/** systemd's own words. Only `enabled` means that something starts it by links that `enable` made. */
export type EnablementState =
  | "enabled"
  | "disabled"
  | "static"
  | "indirect"
  | "linked"
  | "alias"
  | "generated"
  | "transient"
  | "bad";

/** Whether systemd could read its file. `not-found` and active: the file was removed while it ran. */
export type LoadState =
  | "loaded"
  | "not-found"
  | "bad-setting"
  | "error"
  | "masked"
  | "stub"
  | "merged";

/** systemd's own words for what a unit does. */
export type ActiveState =
  | "active"
  | "reloading"
  | "refreshing"
  | "inactive"
  | "failed"
  | "activating"
  | "deactivating"
  | "maintenance";

/** What a unit does now. */
export interface UnitRuntime {
  readonly load: LoadState;
  readonly active: ActiveState;
  /** Finer than `active`, in words of its type: `running`, `exited`, `auto-restart`, `listening` … */
  readonly sub: string;
  readonly description: string;
  /** Whether a start or stop of it is queued or under way. */
  readonly hasJob: boolean;
  /** Only when they were asked for. */
  readonly details: UnitDetails | undefined;
}

/** What systemd says of one unit alone. */
export interface UnitDetails {
  /** Whether the files on the disk are others than those systemd works with. */
  readonly needsReload: boolean;
  /** Since when it is active, in milliseconds since 1970; `undefined` while it is not. */
  readonly activeSinceMs: number | undefined;
  /** Of a service that runs. */
  readonly mainPid: number | undefined;
  /** How often systemd restarted a service by itself since it was last started. */
  readonly restarts: number;
  /** How a service ended last; `undefined` when it has not ended, or is no service. */
  readonly lastExit: UnitExit | undefined;
}

/** How a service ended. */
export interface UnitExit {
  /** systemd's own word: `success`, `exit-code`, `signal`, `timeout`, `start-limit-hit` … */
  readonly result: string;
  /** The exit code of its main process; `undefined` when a signal ended it. */
  readonly exitCode: number | undefined;
  /** The number of the signal that ended its main process. */
  readonly signalNumber: number | undefined;
}

/** What a watch says: a unit may have changed, or events were lost and every unit may have. */
export type ServiceHint =
  | { readonly type: "unit"; readonly unit: string; readonly trigger: string }
  | { readonly type: "overflow" };

/** How systemd is asked, for the agent's own status. */
export interface ServiceConnection {
  /** The socket that is used, or was used last; `undefined` before the first question and where there is no systemd. */
  readonly socket: string | undefined;
  readonly isOpen: boolean;
  /** Questions and orders that were sent so far. */
  readonly calls: number;
}

/** A command that systemd runs once, outside of the agent's own service. */
export interface TransientRequest {
  /** The full name of a service that does not exist yet; by it the command is found again. */
  readonly unit: string;
  readonly description: string;
  /** Without a shell; the program by its absolute path. */
  readonly argv: readonly [string, ...string[]];
  /** Besides what systemd gives every service. */
  readonly environment: Readonly<Record<string, string>>;
  /**
   * Absolute: both streams are appended to it. Make it beforehand with the mode it should have; else everybody can
   * read it.
   */
  readonly outputPath: string;
}

/** How far a transient command is. */
export type TransientState =
  | { readonly type: "absent" }
  | { readonly type: "running" }
  | { readonly type: "ended"; readonly exit: UnitExit };

/** A job of one unit. */
export interface UnitJobRequest {
  readonly unit: string;
  /** Default 300 000. After it the job goes on, and its end is unknown. */
  readonly timeoutMs?: number;
}

/**
 * Observing the services of a host. Reading changes nothing. Where there is no systemd, and for what runs in another
 * root, the answer is `unknown` with `ServicesUnavailable`; where systemd does not answer, with `SystemdUnresponsive`.
 */
export interface ServiceReader {
  /**
   * Observes many units with a bounded number of questions, and starts no process. The results are in the order of the
   * requests; each is present, absent (no file, not loaded, no mask), or unknown with its own fault (`InputInvalid`
   * for what is no name of a unit): one bad name does not spoil the others.
   * @throws {Fault} Aborted, when the signal says so.
   */
  observeMany(
    requests: readonly UnitRequest[],
    signal: AbortSignal,
  ): Promise<readonly Observation<UnitReading>[]>;
  /**
   * How far a transient command is, also one that an earlier agent has started.
   * @throws {Fault} ServicesUnavailable, SystemdUnresponsive, Aborted.
   */
  transientState(unit: string, signal: AbortSignal): Promise<TransientState>;
  /**
   * Resolves when a transient command has ended, or is not there; it may be one that an earlier agent has started. The
   * wait is bounded by the signal alone.
   * @throws {Fault} ServicesUnavailable, SystemdUnresponsive, Aborted.
   */
  endOfTransient(unit: string, signal: AbortSignal): Promise<TransientState>;
  /**
   * Resolves when it is live: each later change of a unit, its files or its links is hinted, the hundredth
   * time like the first. A connection that was lost and made again is an overflow; one that cannot be made again ends
   * the watch.
   * @throws {Fault} ServicesUnavailable, SystemdUnresponsive, WatchFailed, Aborted.
   */
  watch(
    units: readonly string[],
    sink: (hint: ServiceHint) => void,
    signal: AbortSignal,
  ): Promise<Watch>;
  /** How systemd is asked; asks nothing. */
  connection(): ServiceConnection;
}

/**
 * Changing the services of a host. Jobs resolve when the unit has settled: what activates, reloads or waits to be
 * restarted is waited for.
 *
 * Faults of all: `ServicesUnavailable`, `SystemdUnresponsive`, `NotPrivileged`, `UnitNotFound`, `UnitMasked`,
 * `InputInvalid`, `HostFailed`, `Aborted`. Of jobs: `UnitFailed`, with the last lines that this start of the unit has
 * logged, and `UnitTimeout`.
 */
export interface ServiceWriter extends ServiceReader {
  /** A unit that is active stays as it is, and one whose conditions do not hold stays inactive. */
  start(request: UnitJobRequest, signal: AbortSignal): Promise<void>;
  /** A unit that is not active, or does not exist, stays as it is. */
  stop(request: UnitJobRequest, signal: AbortSignal): Promise<void>;
  /** Starts what is not active. */
  restart(request: UnitJobRequest, signal: AbortSignal): Promise<void>;
  /** Makes an active unit read its configuration again. A unit that cannot is UnitFailed. */
  reload(request: UnitJobRequest, signal: AbortSignal): Promise<void>;
  /** Restarts a unit that cannot reload, and starts one that is not active. */
  reloadOrRestart(request: UnitJobRequest, signal: AbortSignal): Promise<void>;
  /**
   * Makes the links that the [Install] sections ask for, for good.
   * @throws {Fault} UnitNotInstallable, when a unit has no such section.
   */
  enable(units: readonly string[], signal: AbortSignal): Promise<void>;
  /** Removes those links, also those until the next boot. Masks stay, and so does what runs. */
  disable(units: readonly string[], signal: AbortSignal): Promise<void>;
  /**
   * Keeps units from being started, for good. What runs goes on, and links stay.
   * @throws {Fault} UnitFileInTheWay, when a unit has its file where the mask would be.
   */
  mask(units: readonly string[], signal: AbortSignal): Promise<void>;
  /** Removes masks, also those until the next boot. */
  unmask(units: readonly string[], signal: AbortSignal): Promise<void>;
  /** Makes systemd read all unit files again. Expensive, and timers may fire: once after all files are written. */
  daemonReload(signal: AbortSignal): Promise<void>;
  /**
   * Hands a command to systemd; resolves when systemd has it.
   * @throws {Fault} AlreadyExists, when there is a unit of that name.
   */
  startTransient(request: TransientRequest, signal: AbortSignal): Promise<void>;
  /** Makes systemd forget a transient command that has ended; one that is not there is fine. */
  forgetTransient(unit: string, signal: AbortSignal): Promise<void>;
}
