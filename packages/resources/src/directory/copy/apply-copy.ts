import { type Change, throwIfAborted } from "@holdfast/core";
import { hasChange } from "../../attributes/attributes.ts";
import { eachAtOnce } from "../../each-at-once.ts";
import { TYPE_WORDS, wrongType } from "../../path-faults.ts";
import {
  type CopySpec,
  type FoundEntry,
  type ObservedCopy,
  pathBelow,
  type WantedEntry,
} from "./copied-entry.ts";
import { type CopySteps, copySteps } from "./copy-steps.ts";
import {
  changeEntry,
  closeDirectory,
  type CopyPlace,
  createEntry,
  isClosed,
  typeAt,
} from "./write-entry.ts";

/** Tells whether any of the changes is of a copy. */
export function isOfCopy(changes: readonly Change[]): boolean {
  return changes.some(({ path }) => path === "purge" || /^source(?:\.|$)/.test(path));
}

/** The steps that the changes name. */
export function stepsFor(
  spec: CopySpec,
  copy: ObservedCopy,
  changes: readonly Change[],
): CopySteps {
  const steps = copySteps(spec, copy);
  const isNew = hasChange(changes, "source");
  return {
    blocked: isNew || hasChange(changes, "source.type") ? steps.blocked : [],
    created: isNew || hasChange(changes, "source.create") ? steps.created : [],
    changed: isNew || hasChange(changes, "source.change") ? steps.changed : [],
    removed: hasChange(changes, "purge") ? steps.removed : [],
    others: steps.others,
  };
}

/**
 * Refuses what is in the way, before anything is written.
 * @throws {Fault} WrongType, without `force`, and for a directory with something excluded in it.
 */
export function refuseBlocked({ path, force }: CopySpec, { blocked }: CopySteps): void {
  const first = blocked.find(({ isKept }) => isKept || !force);
  if (first === undefined) return;
  const { wanted, type, isKept } = first;
  const at = pathBelow(path, wanted.path);
  const remedy = isKept
    ? `Move ${at} out of the way: something excluded is in it, so it is not replaced.`
    : `Move ${at} out of the way, or write force: true to replace it.`;
  throw wrongType({ path: at, type }, `${TYPE_WORDS[wanted.entry.type]} as in the source`, remedy);
}

/**
 * Makes a directory the copy of its source. Each file is replaced as a whole, what is purged goes last, and a directory that
 * its owner may not write to gets its mode when all that is in it is done.
 */
export async function applyCopy(place: CopyPlace, steps: CopySteps): Promise<void> {
  const { copy, context } = place;
  const count = steps.blocked.length + steps.created.length + steps.changed.length;
  if (count > 0) context.progress(`copying ${count} of ${copy.wanted.length} entries`);
  await clearWay(place, steps);
  const made = madeBy(steps, copy);
  const [directories, files] = parted(made, isDirectory);
  const [closing, changed] = parted(steps.changed, ({ wanted }) => isClosed(place, wanted));
  const [opening, others] = parted(changed, ({ wanted }) => isDirectory(wanted));
  for (const wanted of directories) await createEntry(place, wanted);
  for (const entry of opening) await changeEntry(place, entry);
  await each(files, (wanted) => createEntry(place, wanted));
  await each(others, (entry) => changeEntry(place, entry));
  for (const wanted of directories.toReversed()) await closeDirectory(place, wanted);
  for (const entry of closing.toReversed()) await changeEntry(place, entry);
  await purge(place, steps);
}

async function purge({ spec, context }: CopyPlace, { removed }: CopySteps): Promise<void> {
  const { host, signal } = context;
  if (removed.length > 0) context.progress(`removing ${removed.length} entries`);
  const remove = async ({ path }: FoundEntry): Promise<void> => {
    throwIfAborted(signal);
    await host.files.remove({ path: pathBelow(spec.path, path) }, signal);
  };
  const [directories, others] = parted(
    removed,
    ({ reading }) => reading?.entry.type === "directory",
  );
  await each(others, remove);
  for (const entry of directories) await remove(entry);
}

/** Most files that are under way together. */
const MOST_AT_ONCE = 32;
/** Few files are done one by one. */
const FILES_FOR_EACH = 8;

async function each<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const atOnce = Math.min(MOST_AT_ONCE, Math.ceil(items.length / FILES_FOR_EACH));
  await eachAtOnce(items, atOnce, work);
}

function parted<T>(
  items: readonly T[],
  isFirst: (item: T) => boolean,
): readonly [readonly T[], readonly T[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}

function isDirectory({ entry }: WantedEntry): boolean {
  return entry.type === "directory";
}

/** Removes what is in the way, where it still is what was observed. */
async function clearWay({ spec, context }: CopyPlace, { blocked }: CopySteps): Promise<void> {
  const { host, signal } = context;
  for (const { wanted, type } of blocked) {
    const path = pathBelow(spec.path, wanted.path);
    const isThere = (await typeAt(path, context)) === type;
    if (isThere) await host.files.remove({ path, recursive: type === "directory" }, signal);
  }
}

/** Parents first. */
function madeBy({ blocked, created }: CopySteps, copy: ObservedCopy): readonly WantedEntry[] {
  if (blocked.length === 0) return created;
  const made = new Set([...blocked.map(({ wanted }) => wanted), ...created]);
  return copy.wanted.filter((wanted) => made.has(wanted));
}
