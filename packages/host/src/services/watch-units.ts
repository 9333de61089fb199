import {
  type Clock,
  type Fault,
  type FileReader,
  isTemplate,
  parseUnitName,
  type PathWatches,
  type ServiceHint,
  toFault,
  type UnitName,
  type Watch,
} from "@holdfast/core";
import type { SystemdConnection, SystemdEvent } from "./systemd/systemd-connection.ts";
import { listUnits } from "./systemd/systemd-calls.ts";
import { unitPath } from "./systemd/unit-path.ts";
import { invalidUnitFault } from "./job-faults.ts";
import { watchUnitFiles } from "./unit-files/watch-unit-files.ts";

/** What units are watched with. */
export interface WatchUnitsOptions {
  readonly files: FileReader;
  readonly paths: PathWatches;
  readonly clock: Clock;
  /** `undefined` in another root, where only files change. */
  readonly connection: SystemdConnection | undefined;
}

/** A reload whose end is not reported by then has ended. */
const RELOAD_MS = 10_000;

/**
 * Watches units: what they do by systemd's signals, their files and links by the directories that these are in.
 * @throws {Fault} InputInvalid, WatchFailed, and what a connection throws.
 */
export async function watchUnits(
  options: WatchUnitsOptions,
  { units, sink }: WatchedUnits,
  signal: AbortSignal,
): Promise<Watch> {
  const names = units.map((unit) => {
    const name = parseUnitName(unit);
    if (name === undefined) throw invalidUnitFault(unit);
    return name;
  });
  const watch = new UnitWatch(options, names, sink);
  try {
    await watch.open(signal);
    return watch;
  } catch (error) {
    await watch[Symbol.asyncDispose]();
    throw error;
  }
}

/** Which units, and who gets their hints. */
export interface WatchedUnits {
  readonly units: readonly string[];
  readonly sink: (hint: ServiceHint) => void;
}

class UnitWatch implements Watch {
  readonly ended: Promise<Fault | undefined>;
  readonly #options: WatchUnitsOptions;
  readonly #units: readonly UnitName[];
  readonly #sink: (hint: ServiceHint) => void;
  readonly #resolveEnded: (fault: Fault | undefined) => void;
  readonly #disposal = new AbortController();
  /** Units by their objects: one that was asked for by an alias has the object of its own name. */
  #objects: ReadonlyMap<string, readonly string[]> = new Map();
  #isOpen = false;
  #files: Watch | undefined;
  #unlisten: () => void = () => {};
  #cancelReload: () => void = () => {};

  constructor(
    options: WatchUnitsOptions,
    units: readonly UnitName[],
    sink: (hint: ServiceHint) => void,
  ) {
    const { promise, resolve } = Promise.withResolvers<Fault | undefined>();
    this.ended = promise;
    this.#resolveEnded = resolve;
    this.#options = options;
    this.#units = units;
    this.#sink = sink;
  }

  async open(signal: AbortSignal): Promise<void> {
    const { files, paths, connection } = this.#options;
    this.#files = await watchUnitFiles(
      {
        files,
        paths,
        units: this.#units,
        edited: (units) => this.#hint(units, "unit file edited"),
        rearranged: () => this.#hintAll("unit files changed"),
      },
      signal,
    );
    void this.#files.ended.then((fault) => fault && this.#end(fault));
    if (connection !== undefined)
      this.#unlisten = await connection.listen((event) => this.#take(event), signal);
    await this.#findObjects(signal);
    this.#isOpen = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end(undefined);
    await this.#files?.[Symbol.asyncDispose]();
  }

  /** Nothing is held by a watch that has ended, whether somebody disposes of it or not. */
  #end(fault: Fault | undefined): void {
    this.#isOpen = false;
    this.#disposal.abort();
    this.#unlisten();
    this.#cancelReload();
    void this.#files?.[Symbol.asyncDispose]();
    this.#resolveEnded(fault);
  }

  #take(event: SystemdEvent): void {
    switch (event.type) {
      case "unit":
        return this.#hint(this.#objects.get(event.path) ?? [], "unit changed");
      case "job":
        return this.#hint(this.#objects.get(unitPath(event.unit)) ?? [], "job ended");
      case "files":
        return this.#hintAll("unit files changed");
      case "reload":
        return this.#reload(event.hasBegun);
      case "reopened":
        return this.#overflow();
      default:
        return this.#end(event.fault);
    }
  }

  #reload(hasBegun: boolean): void {
    this.#cancelReload();
    if (!hasBegun) return this.#overflow();
    this.#cancelReload = this.#options.clock.schedule(RELOAD_MS, () => this.#overflow());
  }

  #overflow(): void {
    if (!this.#isOpen) return;
    this.#findObjects(this.#disposal.signal).catch((error: unknown) => {
      // The loss of a connection is reported on its own.
      if (!this.#disposal.signal.aborted) this.#end(toFault(error));
    });
    this.#sink({ type: "overflow" });
  }

  #hint(units: readonly string[], trigger: string): void {
    for (const unit of units) if (this.#isOpen) this.#sink({ type: "unit", unit, trigger });
  }

  #hintAll(trigger: string): void {
    this.#hint(
      this.#units.map(({ name }) => name),
      trigger,
    );
  }

  async #findObjects(signal: AbortSignal): Promise<void> {
    const { connection } = this.#options;
    const names = this.#units.filter((unit) => !isTemplate(unit)).map(({ name }) => name);
    if (connection === undefined || names.length === 0) return;
    const rows = await listUnits(connection, names, signal);
    const pairs = rows.map(({ path }, at) => ({ path, name: names[at] ?? "" }));
    const byPath = Map.groupBy(pairs, ({ path }) => path);
    this.#objects = new Map(
      [...byPath].map(([path, found]) => [path, found.map(({ name }) => name)]),
    );
  }
}
