import type { Clock, Fault, Hash, Random } from "@holdfast/core";
import { type ParsedState, parseState, printState } from "./state-text.ts";
import type { State, StateContent } from "./state.ts";
import { readBytes, replaceFile, type StateDisk, type StateLock } from "./state-disk.ts";
import { changedFault, corruptFault, foreignFault, lostFault } from "./state-faults.ts";

/** What a store works with. */
export interface StateStoreDependencies {
  readonly disk: StateDisk;
  readonly lock: StateLock;
  readonly clock: Pick<Clock, "wallMs">;
  readonly random: Pick<Random, "hex">;
  readonly hash: Hash;
}

/** What is on the disk. `previous`: the file is damaged, and the copy before it stands in. */
export type StateReading =
  | { readonly type: "none" }
  | { readonly type: "state"; readonly state: State }
  | { readonly type: "previous"; readonly state: State; readonly fault: Fault };

/**
 * The state files of providers in one directory. A write is a compare and swap: it succeeds only on the state that it was
 * made from. The copy before it stays beside it, and a damaged file is kept under a name of its own: nothing is lost.
 */
export class StateStore {
  readonly #directory: string;
  readonly #dependencies: StateStoreDependencies;

  constructor(directory: string, dependencies: StateStoreDependencies) {
    this.#directory = directory;
    this.#dependencies = dependencies;
  }

  /** Where the state of a provider is. */
  pathOf(type: string): string {
    return `${this.#directory}/${type}.state.json`;
  }

  /** @throws {Fault} StateCorrupt, StateForeign, StateLost, ContentTooLarge, and what the disk says. */
  async read(type: string): Promise<StateReading> {
    const path = this.pathOf(type);
    const main = await this.#parse(path);
    const previous = await this.#parse(`${path}.previous`);
    if (main === undefined) {
      if (previous === undefined) return { type: "none" };
      throw lostFault(path, "its previous copy is still there");
    }
    refuseForeign(path, type, main);
    if (previous?.type === "state") refuseForeign(`${path}.previous`, type, previous);
    if (main.type === "state") {
      const { lineage } = main.state;
      if (previous?.type === "state" && previous.state.lineage !== lineage) {
        throw foreignFault(path, `its lineage was ${previous.state.lineage} and is ${lineage}`);
      }
      return main;
    }
    const fault = corruptFault(path, main.type === "corrupt" ? main.why : "it is newer");
    if (previous?.type !== "state") throw fault;
    return { type: "previous", state: previous.state, fault };
  }

  /**
   * Writes the state that follows `base`; `undefined` where there was none. It is durable when this resolves.
   * @throws {Fault} StateChanged, StateForeign, StateLost, when `base` is not what is there; what `read` throws.
   */
  async write(
    type: string,
    content: StateContent & { readonly isSynced: boolean },
    { base, signal }: { readonly base: State | undefined; readonly signal: AbortSignal },
  ): Promise<State> {
    const { disk, lock, hash } = this.#dependencies;
    const path = this.pathOf(type);
    await using _lock = await lock(`${path}.lock`, signal);
    const found = await this.read(type);
    refuseOther(path, base, found);
    const state = this.#next(type, content, base);
    const before = await readBytes(disk, path);
    if (before !== undefined) {
      const isWhole = found.type === "state";
      const name = isWhole ? `${path}.previous` : `${path}.corrupt-${hash.sha256(before)}`;
      await replaceFile(disk, name, before);
    }
    await replaceFile(disk, path, new TextEncoder().encode(printState(state, hash)));
    return state;
  }

  #next(
    type: string,
    content: StateContent & { readonly isSynced: boolean },
    base: State | undefined,
  ): State {
    const { clock, random } = this.#dependencies;
    const now = new Date(clock.wallMs()).toISOString();
    return {
      version: 1,
      lineage: base?.lineage ?? random.hex(16),
      serial: (base?.serial ?? 0) + 1,
      type,
      generatedAt: now,
      isSynced: content.isSynced,
      resources: content.resources.map((each) => ({ lastRefreshed: now, ...each })),
      metadata: content.metadata ?? {},
    };
  }

  async #parse(path: string): Promise<ParsedState | undefined> {
    const bytes = await readBytes(this.#dependencies.disk, path);
    if (bytes === undefined) return undefined;
    return parseState(new TextDecoder().decode(bytes), this.#dependencies.hash);
  }
}

function refuseForeign(path: string, type: string, parsed: ParsedState): void {
  if (parsed.type === "newer") {
    throw foreignFault(path, `its format is of version ${parsed.version}, and 1 is known here`);
  }
  if (parsed.type === "state" && parsed.state.type !== type) {
    throw foreignFault(path, `it is of the provider ${parsed.state.type}, not ${type}`);
  }
}

function refuseOther(path: string, base: State | undefined, found: StateReading): void {
  if (found.type === "none") {
    if (base !== undefined) throw lostFault(path, `it had serial ${base.serial} a moment ago`);
    return;
  }
  const { lineage, serial } = found.state;
  if (base === undefined) throw changedFault(path, `there was none, and now serial ${serial}`);
  if (lineage !== base.lineage) {
    throw foreignFault(path, `its lineage was ${base.lineage} and is ${lineage}`);
  }
  if (serial !== base.serial) {
    throw changedFault(path, `its serial was ${base.serial} and is ${serial}`);
  }
}
