import {
  type Attribution,
  type AttributionQuestion,
  type Attributor,
  type Clock,
  type Lookup,
  type ProcessIdentity,
  sleep,
  throwIfAborted,
} from "@holdfast/core";
import { readUnwatchableMounts } from "../watch/unwatchable-mounts.ts";
import type { WatchRecorder } from "../watch/watch-recorder.ts";
import { type ChangedPath, observeChangedPath } from "./changed-path.ts";
import { KernelEvents } from "./kernel-events/kernel-events.ts";
import type { Writer } from "./kernel-events/recent-writers.ts";
import { findLastLogin } from "./logins/last-login.ts";
import { PackageQueries } from "./packages/package-queries.ts";
import type { PackageFinding } from "./packages/package-log.ts";
import type { Holder } from "./processes/find-holders.ts";
import { HolderScans } from "./processes/holder-scans.ts";
import { commandOf, observeProcess } from "./processes/observe-process.ts";
import { machineUserNames, type UserNames } from "./processes/users.ts";

/** How changes are attributed. */
export interface AttributorOptions {
  readonly clock: Clock;
  /** Paths, package log and logins are inside it; processes are the machine's. Default `/`. */
  readonly root?: string;
}

/** An attributor of the machine. Its recorder must receive the watches' events, so that writers are known. */
export interface OpenAttributor extends Attributor, AsyncDisposable {
  readonly recorder: WatchRecorder;
}

/** A resource has few paths; more are not checked. */
const MOST_PATHS = 16;
const MOUNTS_KEPT_MS = 1_000;
/** Reading a command line may wait for the process. */
const COMMAND_TIMEOUT_MS = 500;

/**
 * Attributes changes by what the machine can tell, the surest first: the process that the kernel saw write; one that has
 * the file open for writing; the package that has the path and was being worked on; else hints. Nothing is kept but who
 * wrote the last 1,024 paths.
 */
export function openAttributor({ clock, root = "/" }: AttributorOptions): OpenAttributor {
  const userNames = machineUserNames(clock);
  const kernelEvents = new KernelEvents({ clock, userNames });
  const holders = new HolderScans({ clock });
  const packages = new PackageQueries(root, clock);
  const mounts = rememberedMounts(clock);
  const sources: Sources = { clock, root, userNames, mounts, kernelEvents, holders, packages };
  return {
    recorder: kernelEvents,
    whoChanged: (question, signal) => new Query(sources, question, signal).answer(),
    [Symbol.asyncDispose]() {
      holders[Symbol.dispose]();
      kernelEvents[Symbol.dispose]();
      return Promise.resolve();
    },
  };
}

interface Sources {
  readonly clock: Clock;
  readonly root: string;
  readonly userNames: UserNames;
  readonly kernelEvents: KernelEvents;
  readonly holders: HolderScans;
  readonly packages: PackageQueries;
  /** Mount points that may not answer. */
  readonly mounts: () => Pick<ReadonlySet<string>, "has">;
}

/** One question and the paths that were checked for it. */
class Query {
  readonly #sources: Sources;
  readonly #question: AttributionQuestion;
  readonly #signal: AbortSignal;
  readonly #observed: Lookup[] = [];
  #changed: readonly ChangedPath[] = [];

  constructor(sources: Sources, question: AttributionQuestion, signal: AbortSignal) {
    this.#sources = sources;
    this.#question = question;
    this.#signal = signal;
  }

  async answer(): Promise<Attribution> {
    throwIfAborted(this.#signal);
    const paths = this.#question.paths.slice(0, MOST_PATHS);
    this.#changed = await Promise.all(paths.map((path) => observeChangedPath(path, this.#sources)));
    return (await this.#byKernelEvents()) ?? (await this.#byOpenFiles());
  }

  async #byKernelEvents(): Promise<Attribution | undefined> {
    const { seenAtMs, withinMs } = this.#question;
    const found = this.#sources.kernelEvents.writerOf(this.#fullPaths(), seenAtMs - withinMs);
    if (found.type === "incomplete") this.#note("kernel events", found.detail);
    if (found.type === "nothing") this.#note("kernel events");
    if (found.type !== "found") return undefined;
    if (found.writer.pid > 0) return this.#byWriter(found.writer);
    this.#note("kernel events", "a process outside of this container wrote it");
    return undefined;
  }

  async #byWriter(writer: Writer): Promise<Attribution> {
    const process = await this.#identityOf(writer);
    const atMs = this.#wallOf(writer.atMs);
    if (process.name === undefined || isDpkg(process)) {
      const found = await this.#findPackage();
      if (found.type === "found" && (isDpkg(process) || found.attribution.evidence === "owner")) {
        return { ...found.attribution, evidence: "kernel-event", process };
      }
    }
    const answer = { type: "process", process, evidence: "kernel-event", atMs } as const;
    if (process.name !== undefined) return answer;
    const login = await findLastLogin(this.#sources.root, atMs);
    return login.type === "found" ? { ...answer, lastLogin: login.login } : answer;
  }

  async #byOpenFiles(): Promise<Attribution> {
    const { holders, gap } = await this.#sources.holders.find(
      this.#changed.flatMap(({ fullPaths, entry }) =>
        fullPaths.map((path) => ({ path, device: entry?.dev, inode: entry?.ino })),
      ),
      this.#signal,
    );
    const present = await this.#byHolder(holders, false);
    if (present !== undefined) return present;
    const found = await this.#findPackage();
    if (found.type === "found" && found.attribution.evidence === "owner") return found.attribution;
    const past = await this.#byHolder(holders, true);
    if (past !== undefined) return past;
    this.#note("open files", gap);
    if (found.type === "found") return found.attribution;
    this.#note("package log", found.type === "incomplete" ? found.detail : undefined);
    return this.#byLogins();
  }

  async #byHolder(
    holders: readonly Holder[],
    isReplaced: boolean,
  ): Promise<Attribution | undefined> {
    for (const holder of holders) {
      if (holder.isReplaced !== isReplaced) continue;
      const seen = observeProcess(holder.pid, this.#sources);
      if (seen === undefined || seen.isOurs) continue;
      const command = commandOf(holder.pid, seen.startedTicks);
      const process = await this.#identityOf({ pid: holder.pid, seen, command });
      return {
        type: "process",
        process,
        evidence: isReplaced ? "held-replaced" : "holds-open",
        atMs: this.#wallOf(this.#question.seenAtMs),
      };
    }
    return undefined;
  }

  async #byLogins(): Promise<Attribution> {
    const seenAtMs = this.#wallOf(this.#question.seenAtMs);
    const found = await findLastLogin(this.#sources.root, this.#changedAtMs() ?? seenAtMs);
    if (found.type === "found") {
      return { type: "login", login: found.login, observed: this.#observed };
    }
    this.#note("logins", found.type === "incomplete" ? found.detail : undefined);
    return { type: "unknown", observed: this.#observed };
  }

  #findPackage(): Promise<PackageFinding> {
    const { seenAtMs, withinMs } = this.#question;
    const seen = this.#wallOf(seenAtMs);
    const changedAtMs = this.#changedAtMs();
    const query = {
      paths: this.#changed.flatMap(({ innerPaths }) => innerPaths),
      earliestMs: changedAtMs ?? seen - withinMs,
      latestMs: changedAtMs ?? seen,
    };
    return this.#sources.packages.find(query, this.#signal);
  }

  async #identityOf({
    pid,
    seen,
    command,
  }: Pick<Writer, "pid" | "seen" | "command">): Promise<ProcessIdentity> {
    if (seen === undefined) return { pid };
    const words = await Promise.race([
      command,
      sleep(this.#sources.clock, COMMAND_TIMEOUT_MS, this.#signal),
    ]);
    return words === undefined ? seen.identity : { ...seen.identity, command: words };
  }

  /** By the inode, where it is not one that came after the change was seen: then it is of our own repair. */
  #changedAtMs(): number | undefined {
    const seen = this.#wallOf(this.#question.seenAtMs);
    const times = this.#changed.flatMap(({ entry }) =>
      entry === undefined ? [] : [entry.ctimeMs],
    );
    const before = times.filter((ms) => ms <= seen);
    return before.length === 0 ? undefined : Math.max(...before);
  }

  #fullPaths(): readonly string[] {
    return this.#changed.flatMap(({ fullPaths }) => fullPaths);
  }

  #wallOf(monotonicMs: number): number {
    const { clock } = this.#sources;
    return Math.round(clock.wallMs() - clock.monotonicMs() + monotonicMs);
  }

  #note(place: Lookup["place"], detail?: string): void {
    this.#observed.push(
      detail === undefined
        ? { place, finding: "nothing" }
        : { place, finding: "incomplete", detail },
    );
  }
}

/** What was mounted a moment ago: of many changes at once not each has to read it. */
function rememberedMounts(clock: Clock): () => Pick<ReadonlySet<string>, "has"> {
  let mounts: ReadonlyMap<string, string> = new Map();
  let readAtMs = Number.NEGATIVE_INFINITY;
  return () => {
    const now = clock.monotonicMs();
    if (now - readAtMs < MOUNTS_KEPT_MS) return mounts;
    mounts = readUnwatchableMounts();
    readAtMs = now;
    return mounts;
  };
}

/** dpkg itself, or something that it started, as a maintainer script. */
function isDpkg({ name, ancestors = [] }: ProcessIdentity): boolean {
  return name === "dpkg" || ancestors.includes("dpkg");
}
