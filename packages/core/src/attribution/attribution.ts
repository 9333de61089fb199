/** The author of a change, as far as the machine knows. */
export type Attribution =
  | ProcessAttribution
  | PackageAttribution
  | LoginAttribution
  | UnknownAttribution;

/** A process did it, or seems to have. */
export interface ProcessAttribution {
  readonly type: "process";
  readonly process: ProcessIdentity;
  /**
   * `kernel-event`: the kernel said that this process wrote, which is certain. `holds-open`: it has the file open for
   * writing. `held-replaced`: it has open for writing what was at the path before it was replaced.
   */
  readonly evidence: "kernel-event" | "holds-open" | "held-replaced";
  /** When it was noticed, by the wall clock. */
  readonly atMs: number;
  /** The last login, where the process had ended and nothing but its number is known. */
  readonly lastLogin?: Login;
}

/** A package tool did it, or may have. */
export interface PackageAttribution {
  readonly type: "package";
  readonly tool: "dpkg";
  /** As the log has it, e.g. `nginx:amd64`. */
  readonly package: string;
  /** The version that it came to, where the log says. */
  readonly version?: string;
  /** The log's word: `install`, `upgrade`, `remove`, `purge`, `configure`, `trigproc`. */
  readonly action: string;
  /**
   * `kernel-event`: the kernel saw the tool, or what it had started, write, and its log says what it worked on. `owner`:
   * the package has the path, and the tool worked on that package around the change. `ran`: the tool worked on packages
   * around the change, and none of them has the path; a maintainer script may have done it.
   */
  readonly evidence: "kernel-event" | "owner" | "ran";
  /** When the tool wrote that into its log, by the wall clock. */
  readonly atMs: number;
  /** The user that called the tool, where apt's history names one. */
  readonly requestedBy?: string;
  /** The command that called the tool, where apt's history says. */
  readonly command?: string;
  /** The process that the kernel saw write, for `kernel-event` always. */
  readonly process?: ProcessIdentity;
}

/** Nothing but a hint: a user had logged in. */
export interface LoginAttribution {
  readonly type: "login";
  readonly login: Login;
  /** What was asked before, and did not know. */
  readonly observed: readonly Lookup[];
}

/** There is no evidence of an author. */
export interface UnknownAttribution {
  readonly type: "unknown";
  readonly observed: readonly Lookup[];
}

/** A process as it was seen. Texts are free of control characters; secrets on a command line are hidden. */
export interface ProcessIdentity {
  readonly pid: number;
  /** `undefined` when the process ended before it could be inspected: nothing else is known then. */
  readonly name?: string;
  /** The command line, shortened. */
  readonly command?: readonly string[];
  /** The effective user. */
  readonly uid?: number;
  readonly user?: string;
  /** The user that logged in to the session of the process, whatever user it has become since. */
  readonly loginUser?: string;
  /** The unit of systemd that it runs in, e.g. `cron.service`, or the scope of a container; not the session of a login. */
  readonly unit?: string;
  /** By the wall clock. */
  readonly startedAtMs?: number;
  /** Names of the processes that it descends from, nearest first, without the first process. */
  readonly ancestors?: readonly string[];
}

/** A login on record. */
export interface Login {
  readonly user: string;
  /** E.g. `pts/0`. */
  readonly terminal: string;
  /** The other machine, where there was one. */
  readonly from?: string;
  /** By the wall clock. */
  readonly atMs: number;
}

/** One place that was asked. */
export interface Lookup {
  readonly place: "kernel events" | "open files" | "package log" | "logins";
  /** `nothing`: it answered and names no one. `incomplete`: it could not see everything, or anything. */
  readonly finding: "nothing" | "incomplete";
  /** Why it could not. */
  readonly detail?: string;
}

/** How far an attribution can be relied on. */
export type Certainty = "certain" | "likely" | "hint" | "none";

/** How far an attribution can be relied on. What two facts only suggest by coming together is never certain. */
export function certaintyOf(attribution: Attribution): Certainty {
  switch (attribution.type) {
    case "process":
      return PROCESS_CERTAINTY[attribution.evidence];
    case "package":
      return PACKAGE_CERTAINTY[attribution.evidence];
    case "login":
      return "hint";
    default:
      return "none";
  }
}

const PROCESS_CERTAINTY: Readonly<Record<ProcessAttribution["evidence"], Certainty>> = {
  "kernel-event": "certain",
  "holds-open": "likely",
  "held-replaced": "hint",
};

const PACKAGE_CERTAINTY: Readonly<Record<PackageAttribution["evidence"], Certainty>> = {
  "kernel-event": "certain",
  owner: "likely",
  ran: "hint",
};
