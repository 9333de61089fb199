import {
  type Fault,
  type FileReader,
  type PathHint,
  type PathWatches,
  throwIfAborted,
  toFault,
  type UnitName,
  type Watch,
} from "@holdfast/core";
import { dropInNames } from "./drop-in-names.ts";
import { PERSISTENT_UNITS, RUNTIME_UNITS } from "./search-path.ts";

/** What files are watched with. */
export interface UnitFileWatchOptions {
  readonly files: FileReader;
  readonly paths: PathWatches;
  readonly units: readonly UnitName[];
  /** The file or a drop-in of these units was edited. */
  readonly edited: (units: readonly string[]) => void;
  /** Links or files came or went: every unit may be concerned. */
  readonly rearranged: () => void;
}

/** What somebody may change by hand without telling systemd. What packages bring they tell. */
const DIRECTORIES = [PERSISTENT_UNITS, RUNTIME_UNITS];
const STARTS = /\.(?:wants|requires|upholds)$/;

/**
 * Notices what systemd is silent about: links made or removed by hand, unit files and drop-ins that were edited. It
 * watches the directories of unit files, and what matters in them; when something comes or goes there, what matters is
 * found anew.
 * @throws {Fault} WatchFailed, Aborted.
 */
export async function watchUnitFiles(
  options: UnitFileWatchOptions,
  signal: AbortSignal,
): Promise<Watch> {
  const watch = new UnitFileWatch(options);
  try {
    await watch.open(signal);
    return watch;
  } catch (error) {
    await watch[Symbol.asyncDispose]();
    throw error;
  }
}

class UnitFileWatch implements Watch {
  readonly ended: Promise<Fault | undefined>;
  readonly #options: UnitFileWatchOptions;
  /** Units by the names of the files, and of the directories of drop-ins, that are theirs. */
  readonly #owners = new Map<string, string[]>();
  readonly #resolveEnded: (fault: Fault | undefined) => void;
  readonly #disposal = new AbortController();
  #directories: Watch | undefined;
  #contents: Watch | undefined;
  #renewal: Promise<void> | undefined;
  #isStale = false;

  constructor(options: UnitFileWatchOptions) {
    const { promise, resolve } = Promise.withResolvers<Fault | undefined>();
    this.ended = promise;
    this.#resolveEnded = resolve;
    this.#options = options;
    for (const unit of options.units) {
      const template = unit.template === undefined ? [] : [unit.template];
      for (const name of [unit.name, ...template, ...dropInNames(unit)]) {
        const owners = this.#owners.get(name);
        if (owners === undefined) this.#owners.set(name, [unit.name]);
        else owners.push(unit.name);
      }
    }
  }

  async open(signal: AbortSignal): Promise<void> {
    const { paths } = this.#options;
    this.#directories = await paths.watch(DIRECTORIES, () => this.#rearrange(), signal);
    void this.#directories.ended.then((fault) => fault && this.#end(fault));
    // What happens from here on is looked for once more.
    do {
      this.#isStale = false;
      await this.#watchContents(signal);
    } while (this.#isStale);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end(undefined);
    await this.#renewal;
    await this.#close();
  }

  /** Nothing is held by a watch that has ended, whether somebody disposes of it or not. */
  #end(fault: Fault | undefined): void {
    this.#disposal.abort();
    void this.#close();
    this.#resolveEnded(fault);
  }

  async #close(): Promise<void> {
    await this.#directories?.[Symbol.asyncDispose]();
    await this.#contents?.[Symbol.asyncDispose]();
  }

  #rearrange(): void {
    this.#isStale = true;
    // Before it is open, opening does that.
    if (this.#contents === undefined || this.#disposal.signal.aborted) return;
    this.#renewal ??= this.#renew().finally(() => {
      this.#renewal = undefined;
    });
  }

  /** One at a time; what comes meanwhile is one more. */
  async #renew(): Promise<void> {
    try {
      while (this.#isStale && !this.#disposal.signal.aborted) {
        this.#isStale = false;
        await this.#watchContents(this.#disposal.signal);
        this.#options.rearranged();
      }
    } catch (error) {
      if (!this.#disposal.signal.aborted) this.#end(toFault(error));
    }
  }

  async #watchContents(signal: AbortSignal): Promise<void> {
    const contents = await this.#findContents(signal);
    const take = (hint: PathHint): void => this.#take(hint, contents);
    const watch = await this.#options.paths.watch([...contents.keys()], take, signal);
    const old = this.#contents;
    this.#contents = watch;
    void watch.ended.then((fault) => fault && this.#end(fault));
    await old?.[Symbol.asyncDispose]();
    throwIfAborted(signal);
    // What came into a new directory before that was watched is noticed by nobody.
    const now = await this.#findContents(signal);
    if (!isSameKeys(contents, now)) this.#isStale = true;
  }

  async #findContents(signal: AbortSignal): Promise<ReadonlyMap<string, Concerned>> {
    const found = await Promise.all(DIRECTORIES.map((path) => this.#contentsOf(path, signal)));
    return new Map(found.flat());
  }

  /** Paths that matter, each with the units that are concerned when it changes; `undefined`: all may be. */
  async #contentsOf(directory: string, signal: AbortSignal): Promise<readonly Content[]> {
    const list = await this.#options.files.list(directory, signal);
    const names = list.type === "present" ? list.value : [];
    const starts = names.filter((name) => STARTS.test(name));
    const own = names.filter((name) => this.#owners.has(name));
    const below = await Promise.all(
      own
        .filter((name) => name.endsWith(".d"))
        .map((name) => this.#dropInsOf(`${directory}/${name}`, name, signal)),
    );
    return [
      ...starts.map((name): Content => [`${directory}/${name}`, undefined]),
      ...own.map((name): Content => [`${directory}/${name}`, this.#ownersOf(name)]),
      ...below.flat(),
    ];
  }

  async #dropInsOf(path: string, name: string, signal: AbortSignal): Promise<readonly Content[]> {
    const list = await this.#options.files.list(path, signal);
    const files = list.type === "present" ? list.value : [];
    return files.map((file) => [`${path}/${file}`, this.#ownersOf(name)]);
  }

  #ownersOf(name: string): readonly string[] {
    return this.#owners.get(name) ?? [];
  }

  #take(hint: PathHint, contents: ReadonlyMap<string, Concerned>): void {
    if (hint.type === "overflow") return this.#rearrange();
    const units = contents.get(hint.path);
    if (units !== undefined) this.#options.edited(units);
    // When something comes or goes in a directory, what matters in it must be found anew.
    if (units === undefined || hint.path.endsWith(".d")) this.#rearrange();
  }
}

/** The units that are concerned when a path changes; `undefined`: all may be. */
type Concerned = readonly string[] | undefined;
type Content = readonly [string, Concerned];

function isSameKeys(
  one: ReadonlyMap<string, Concerned>,
  other: ReadonlyMap<string, Concerned>,
): boolean {
  return one.size === other.size && [...one.keys()].every((key) => other.has(key));
}
