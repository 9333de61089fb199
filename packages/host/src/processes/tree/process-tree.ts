import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import type { Clock } from "@holdfast/core";
import { codeOf } from "../../system/error-code.ts";
import { CommandCgroup } from "./command-cgroup.ts";
import { ownCgroup } from "./own-cgroup.ts";
import { signalGroup } from "./process-group.ts";
import {
  isMarkedWith,
  memoryBytesOf,
  type ProcessEntry,
  type ProcessTable,
  readProcessTable,
} from "./process-table.ts";

/** The variable by which the processes of a command are known where it cannot have a cgroup. */
const MARK = "HOLDFAST_COMMAND";
const MARK_BYTES = 8;
/** Between two observations whether all are gone: at first, and at most. */
const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 250;
/** Who is left so long after being killed hangs in the kernel, and nobody can wait for that. */
const KILL_WITHIN_MS = 5_000;

/** How a tree is known among the other processes. */
export interface ProcessTreeOptions {
  /**
   * Below which cgroup, that of this process, it gets one of its own. `none` is for programs that are known to start
   * nothing, and need not wait for one. Default: it is found out.
   */
  readonly cgroup?: CgroupChoice;
}

type CgroupChoice = { readonly home: string } | "none";

/**
 * A child and everything that it starts, whatever session, process group or parent that gives itself. All of it is in a
 * cgroup of its own. Where none can be made, its processes are found in /proc: by a variable in their environment, by
 * session and group, and as children of what was found. What asks another program to start something for it, such as the
 * service manager or `at`, has not started that itself.
 */
export class ProcessTree {
  readonly #cgroup: CommandCgroup | undefined;
  #mark: string | undefined;
  #leader: ChildProcess | undefined;
  /** Who was once seen to belong to it: what loses its parent still does. By pid, with the time of the start. */
  readonly #known = new Map<number, string>();

  private constructor(cgroup: CommandCgroup | undefined) {
    this.#cgroup = cgroup;
  }

  /** Prepares a tree for a child that does not run yet. It must be released. */
  static async open({ cgroup }: ProcessTreeOptions = {}): Promise<ProcessTree> {
    const home = cgroup === undefined ? ownCgroup() : cgroup === "none" ? undefined : cgroup.home;
    return new ProcessTree(home === undefined ? undefined : await CommandCgroup.make(home));
  }

  /** Starts its first process, as the leader of a session and with these variables besides its own. Once. */
  start(spawn: (variables: Readonly<Record<string, string>>) => ChildProcess): ChildProcess {
    const leader =
      this.#cgroup?.bear((isInside) => spawn(isInside ? {} : this.#marking())) ??
      spawn(this.#marking());
    this.#leader = leader;
    return leader;
  }

  #marking(): Readonly<Record<string, string>> {
    this.#mark = randomBytes(MARK_BYTES).toString("hex");
    return { [MARK]: this.#mark };
  }

  /** Memory that is there because of these processes, in bytes; see `memoryBytesOf`. */
  memoryBytes(): number {
    const pids = this.#cgroup?.pids() ?? this.#members().map(({ pid }) => pid);
    return pids.reduce((sum, pid) => sum + memoryBytesOf(pid), 0);
  }

  /**
   * Asks all of them to end, and kills who is left after the grace, until nobody is. With a grace of 0 they are killed at
   * once. A process that hangs in the kernel is not waited for.
   */
  async end(graceMs: number, clock: Clock): Promise<void> {
    if (graceMs > 0 && this.#signal("SIGTERM")) {
      // Nobody is asked twice: who begins only now, to tidy up, has the grace too.
      await this.#until(graceMs, clock, () => !this.#isAnyoneLeft());
    }
    // Who is dead is in its cgroup for a moment yet.
    const isOver = (): boolean => !this.#signal("SIGKILL") && this.release();
    await this.#until(KILL_WITHIN_MS, clock, isOver);
  }

  /** Gives back what it holds; false when that is left for later. Processes that still run go on. */
  release(): boolean {
    return this.#cgroup?.remove() ?? true;
  }

  /** Tries at once and then again and again, until it is so or the time is over. */
  async #until(withinMs: number, clock: Clock, isSo: () => boolean): Promise<void> {
    const deadlineMs = clock.monotonicMs() + withinMs;
    for (let pauseMs = FIRST_PAUSE_MS; !isSo(); pauseMs *= 2) {
      const leftMs = deadlineMs - clock.monotonicMs();
      if (leftMs <= 0) return;
      const delayMs = Math.min(pauseMs, LONGEST_PAUSE_MS, leftMs);
      await new Promise<void>((resolve) => clock.schedule(delayMs, resolve));
    }
  }

  #isAnyoneLeft(): boolean {
    return this.#members().length > 0 || this.#signalGroup(0);
  }

  /** Signals every process of it; false when nobody is left. */
  #signal(signalName: "SIGTERM" | "SIGKILL"): boolean {
    const members = this.#members();
    // In one call first: else a shell sees its child end, and goes on.
    const isGroupThere = this.#signalGroup(signalName);
    if (signalName === "SIGKILL") this.#cgroup?.kill();
    const signalled = isGroupThere ? this.#leader?.pid : undefined;
    for (const { pid, groupId } of members) {
      if (groupId !== signalled) signalOne(pid, signalName);
    }
    return isGroupThere || members.length > 0;
  }

  /** The group of the leader, whose number is nobody else's until the leader was waited for. */
  #signalGroup(signalName: NodeJS.Signals | 0): boolean {
    const groupId = this.#leaderPid();
    return groupId !== undefined && signalGroup(groupId, signalName);
  }

  /** `undefined` when there is no leader any more: its number may be given to others. */
  #leaderPid(): number | undefined {
    const leader = this.#leader;
    return leader?.exitCode === null && leader.signalCode === null ? leader.pid : undefined;
  }

  #members(): readonly ProcessEntry[] {
    const inCgroup = new Set(this.#cgroup?.pids());
    if (inCgroup.size === 0 && this.#isGone()) return [];
    const table = readProcessTable();
    const found = [...table.values()].filter(
      (entry) => inCgroup.has(entry.pid) || this.#isOurs(entry),
    );
    const members = withDescendants(found, table);
    for (const { pid, startTicks } of members) this.#known.set(pid, startTicks);
    return members;
  }

  /** Nothing that is left could be known among others, so that there is nothing to search for. */
  #isGone(): boolean {
    const isFindable = this.#known.size > 0 || this.#mark !== undefined;
    return !isFindable && this.#leaderPid() === undefined;
  }

  #isOurs({ pid, groupId, sessionId, startTicks }: ProcessEntry): boolean {
    if (this.#known.get(pid) === startTicks) return true;
    const leaderPid = this.#leaderPid();
    if (leaderPid !== undefined && (sessionId === leaderPid || groupId === leaderPid)) return true;
    return this.#mark !== undefined && isMarkedWith(pid, `${MARK}=${this.#mark}`);
  }
}

/** These and what they started, as far as it has not lost its parent. O(processes). */
function withDescendants(
  found: readonly ProcessEntry[],
  table: ProcessTable,
): readonly ProcessEntry[] {
  const children = Map.groupBy(table.values(), ({ parentPid }) => parentPid);
  const members = new Set(found);
  // A set is walked in the order of insertion, and what is added meanwhile is walked too.
  for (const { pid } of members) for (const child of children.get(pid) ?? []) members.add(child);
  return [...members];
}

function signalOne(pid: number, signalName: NodeJS.Signals): void {
  try {
    process.kill(pid, signalName);
  } catch (error) {
    // It ended meanwhile, or became another user's; the next round sees which.
    if (codeOf(error) !== "ESRCH" && codeOf(error) !== "EPERM") throw error;
  }
}
