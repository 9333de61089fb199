import type { HintSink, HostReader, KindWatch, PathChanges, WatchChanges } from "@holdfast/core";

/** The paths one spec depends on, at its position among the watched specs. */
export type PathsOf<Spec> = (spec: Spec) => readonly string[];

/** A hint sink that may also ask which path it was. */
export interface PathSink extends Pick<HintSink, "overflow"> {
  hint(position: number, trigger: string, path: string): void;
}

/**
 * Watches the paths of many specs with one watch of the host, and turns what it notices of a path into hints for every
 * spec it matters to. Resolves when live. Members may change while it is.
 */
export async function watchPaths<Spec>(
  specs: readonly Spec[],
  pathsOf: PathsOf<Spec>,
  context: { readonly host: HostReader; readonly signal: AbortSignal },
  sink: PathSink,
): Promise<KindWatch<Spec>> {
  const members = new PathMembers(pathsOf);
  const { added } = members.change({ removed: [], added: new Map(specs.entries()) });
  const watch = await context.host.paths.watch(
    added,
    (hint) => {
      if (hint.type === "overflow") return sink.overflow();
      const { path, trigger } = hint;
      for (const position of members.at(path)) sink.hint(position, trigger, path);
    },
    context.signal,
  );
  return {
    ended: watch.ended,
    update: (changes, signal) => watch.change(members.change(changes), signal),
    [Symbol.asyncDispose]: () => watch[Symbol.asyncDispose](),
  };
}

/** Who is interested in which path. */
class PathMembers<Spec> {
  readonly #pathsOf: PathsOf<Spec>;
  readonly #specs = new Map<number, Spec>();
  /** Most paths are of one spec, and there are thousands: a set is made for those of several. */
  readonly #positions = new Map<string, number | Set<number>>();

  constructor(pathsOf: PathsOf<Spec>) {
    this.#pathsOf = pathsOf;
  }

  /** Takes changes of members over; returns what they mean for the paths that are watched. */
  change({ removed, added }: WatchChanges<Spec>): PathChanges {
    const before = new Map<string, boolean>();
    const note = (path: string): void => {
      if (!before.has(path)) before.set(path, this.#positions.has(path));
    };
    for (const position of removed) {
      for (const path of this.#pathsAt(position)) {
        note(path);
        this.#drop(path, position);
      }
      this.#specs.delete(position);
    }
    for (const [position, spec] of added) {
      this.#specs.set(position, spec);
      for (const path of this.#pathsOf(spec)) {
        note(path);
        this.#add(path, position);
      }
    }
    const changed = [...before].filter(([path, was]) => was !== this.#positions.has(path));
    return {
      added: changed.flatMap(([path, was]) => (was ? [] : [path])),
      removed: changed.flatMap(([path, was]) => (was ? [path] : [])),
    };
  }

  /** The positions of those who are interested in a path. */
  at(path: string): Iterable<number> {
    const known = this.#positions.get(path);
    if (known === undefined) return [];
    return typeof known === "number" ? [known] : known;
  }

  #pathsAt(position: number): readonly string[] {
    const spec = this.#specs.get(position);
    return spec === undefined ? [] : this.#pathsOf(spec);
  }

  #add(path: string, position: number): void {
    const known = this.#positions.get(path);
    if (known === undefined) this.#positions.set(path, position);
    else if (typeof known !== "number") known.add(position);
    else if (known !== position) this.#positions.set(path, new Set([known, position]));
  }

  #drop(path: string, position: number): void {
    const known = this.#positions.get(path);
    if (known === position) this.#positions.delete(path);
    else if (known instanceof Set) {
      known.delete(position);
      if (known.size === 0) this.#positions.delete(path);
    }
  }
}
