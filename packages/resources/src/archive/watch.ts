import {
  type Fault,
  type HintSink,
  type KindWatch,
  type ReadContext,
  toFault,
  type WatchChanges,
} from "@holdfast/core";
import { watchedPathsOfAccounts } from "../attributes/attributes.ts";
import { watchPaths } from "../path-watch.ts";
import { pathIn } from "./manifest/entry-path.ts";
import { readRecord } from "./record.ts";
import type { ArchiveSpec } from "./spec.ts";

/** Most entries of one archive that are watched; what is beyond is observed on the resync. */
const MOST_WATCHED = 2000;

/**
 * Watches directory, record and source, and as many of the extracted entries as the record names: it is read again whenever
 * something was noticed.
 */
export async function watchArchives(
  specs: readonly ArchiveSpec[],
  context: ReadContext,
  sink: HintSink,
): Promise<KindWatch<ArchiveSpec>> {
  const failed = Promise.withResolvers<Fault>();
  const members = new RecordedMembers(context);
  const hear: HintSink = {
    hint(position, trigger) {
      sink.hint(position, trigger);
      members.place().catch((error: unknown) => failed.resolve(toFault(error)));
    },
    overflow: () => sink.overflow(),
  };
  const files = await watchPaths<RecordedSpec>([], ({ paths }) => paths, context, hear);
  members.watch = files;
  try {
    await members.change({ removed: [], added: new Map(specs.entries()) });
  } catch (error) {
    await files[Symbol.asyncDispose]();
    throw error;
  }
  return {
    ended: Promise.race([files.ended, failed.promise]),
    update: (changes) => members.change(changes),
    [Symbol.asyncDispose]: () => files[Symbol.asyncDispose](),
  };
}

/** A spec with the paths that its record gives it now. */
interface RecordedSpec {
  readonly spec: ArchiveSpec;
  readonly paths: readonly string[];
}

/** The watched specs, each with the entries that were extracted for it. */
class RecordedMembers {
  watch: KindWatch<RecordedSpec> | undefined;
  readonly #context: ReadContext;
  readonly #members = new Map<number, RecordedSpec>();
  #placing = Promise.resolve();
  #isDue = false;

  constructor(context: ReadContext) {
    this.#context = context;
  }

  /** Takes changes of members over. Resolves when what was added is watched. */
  async change({ removed, added }: WatchChanges<ArchiveSpec>): Promise<void> {
    const paths = (spec: ArchiveSpec): readonly string[] => ownPaths(spec);
    const members = new Map([...added].map(([at, spec]) => [at, { spec, paths: paths(spec) }]));
    await this.watch?.update?.({ removed, added: members }, this.#context.signal);
    for (const position of removed) this.#members.delete(position);
    for (const [position, member] of members) this.#members.set(position, member);
    await this.place();
  }

  /** Watches what the records name by now. Calls that come while one waits its turn are that one. */
  place(): Promise<void> {
    if (this.#isDue) return this.#placing;
    this.#isDue = true;
    this.#placing = this.#placing.then(() => {
      this.#isDue = false;
      return this.#placeAll();
    });
    return this.#placing;
  }

  async #placeAll(): Promise<void> {
    const moved = new Map<number, RecordedSpec>();
    for (const [position, { spec, paths }] of this.#members) {
      const now = [...ownPaths(spec), ...(await extractedPaths(spec, this.#context))];
      if (now.join("\0") !== paths.join("\0")) moved.set(position, { spec, paths: now });
    }
    if (moved.size === 0) return;
    await this.watch?.update?.({ removed: [...moved.keys()], added: moved }, this.#context.signal);
    for (const [position, member] of moved) this.#members.set(position, member);
  }
}

function ownPaths(spec: ArchiveSpec): readonly string[] {
  const { path, recordPath, source, creates, isAbsent } = spec;
  if (isAbsent) return [recordPath];
  const isRead = source?.type === "path" && source.sha256 === undefined;
  return [
    path,
    recordPath,
    ...(isRead ? [source.path] : []),
    ...(creates === undefined ? [] : [creates]),
    ...watchedPathsOfAccounts(spec),
  ];
}

/** Of a record that cannot be read nothing is watched but itself: what is wrong with it, an observation says. */
async function extractedPaths(spec: ArchiveSpec, context: ReadContext): Promise<readonly string[]> {
  if (spec.isAbsent || spec.creates !== undefined) return [];
  try {
    const reading = await readRecord(spec, context);
    if (reading.type !== "record") return [];
    const entries = reading.record.entries.slice(0, MOST_WATCHED);
    return entries.map(({ path }) => pathIn(spec.path, path)).filter((path) => path !== spec.path);
  } catch (error) {
    toFault(error);
    return [];
  }
}
