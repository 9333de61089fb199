import { Fault } from "../fault/fault.ts";
import type { Observation } from "../observation.ts";
import type { FileReading } from "../ports/files.ts";
import type { Thing } from "../resource/kind.ts";

/** What ends a dry run where an apply would begin to write. */
const STOPPED = new Fault({
  reason: "Aborted",
  message: "a plan does not write",
  resolution: "Apply it, to have it written.",
});

/** What other resources will have made, or taken away, before the one in question is applied. */
export interface Expectation {
  /** A resource that comes first is this thing. */
  comes(thing: Thing): boolean;
  /** It is there only until then. */
  goes(thing: Thing): boolean;
}

/** What the dry runs of one plan have found out of the machine, once for all of them. */
export interface KnownOfHost {
  /** Directories by path, so that the files of one directory read it once. */
  readonly parents: Map<string, Promise<Observation<FileReading>>>;
  /** Numbers of accounts, by `user:` or `group:` and the name. */
  readonly accounts: Map<Thing, Promise<number | undefined>>;
  /** Programs, with what their start would be refused with. */
  readonly programs: Map<string, Promise<Fault | undefined>>;
}

/** Nothing is known yet. */
export function knowNothing(): KnownOfHost {
  return { parents: new Map(), accounts: new Map(), programs: new Map() };
}

/** What a dry run is given besides the host. */
export interface DryRunInput {
  readonly expected: Expectation;
  /** What the resource itself is. */
  readonly own: readonly Thing[];
  /** What it says that it needs: reads in bulk are of these. */
  readonly needs: () => readonly Thing[];
}

/**
 * One apply that is run up to its first write. It remembers what the kind has seen on the way: a refusal is certain only
 * as long as nothing of that is still to be changed.
 */
export class DryRun {
  readonly expected: Expectation;
  readonly #needs: DryRunInput["needs"];
  #seen: Set<Thing>;
  #hasStopped = false;
  #remark: string | undefined;

  constructor({ expected, own, needs }: DryRunInput) {
    this.expected = expected;
    this.#needs = needs;
    this.#seen = new Set(own);
  }

  /** True when an apply would have begun to write: whatever comes after that is not foretold. */
  get hasStopped(): boolean {
    return this.#hasStopped;
  }

  /** What there is to say of the first write. */
  get remark(): string | undefined {
    return this.#remark;
  }

  /** What decided so far. */
  get seen(): readonly Thing[] {
    return [...this.#seen];
  }

  /** This thing was read, and may decide. */
  see(thing: Thing): void {
    this.#seen.add(thing);
  }

  /** Something was read in which every needed thing is. */
  seeNeeds(): void {
    for (const thing of this.#needs()) this.#seen.add(thing);
  }

  /** Refuses because of one thing and nothing else. */
  refuse(fault: Fault, because: Thing): never {
    this.#seen = new Set([because]);
    throw fault;
  }

  /** Ends the dry run where an apply would write. */
  stop(remark?: string): never {
    this.#hasStopped = true;
    this.#remark ??= remark;
    throw STOPPED;
  }
}
