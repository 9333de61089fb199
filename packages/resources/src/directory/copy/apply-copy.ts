import {
  assert,
  type Change,
  Fault,
  type FileAttributes,
  type FileType,
  type StreamedContent,
  throwIfAborted,
  type WriteContext,
} from "@holdfast/core";
import { hasChange } from "../../attributes/attributes.ts";
import { TYPE_WORDS, wrongType, writeFault } from "../../path-faults.ts";
import {
  type CopySpec,
  type ObservedCopy,
  pathBelow,
  type WantedEntry,
  wantedAttributes,
} from "./copied-entry.ts";
import { type ChangedEntry, type CopySteps, copySteps } from "./copy-steps.ts";
import { MAX_FILE_BYTES, unavailable } from "./read-source.ts";

/** What its owner may do in a directory while it is filled. */
export const OPEN_MODE = 0o700;

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

/** A copy that is written. */
export interface CopyPlace {
  readonly spec: CopySpec;
  /** With the ids of the names that are declared. */
  readonly copy: ObservedCopy;
  readonly context: WriteContext;
}

/** Makes a directory the copy of its source. Each file is replaced as a whole, and what is purged goes last. */
export async function applyCopy(place: CopyPlace, steps: CopySteps): Promise<void> {
  const { spec, copy, context } = place;
  const count = steps.blocked.length + steps.created.length + steps.changed.length;
  if (count > 0) context.progress(`copying ${count} of ${copy.wanted.length} entries`);
  await clearWay(place, steps);
  const made = madeBy(steps, copy);
  for (const wanted of made) await createEntry(place, wanted);
  const isLast = ({ wanted }: ChangedEntry): boolean => isClosed(place, wanted);
  for (const entry of steps.changed) if (!isLast(entry)) await changeEntry(place, entry);
  // A directory that its owner may not write to is closed when all that is in it is done.
  for (const wanted of made.toReversed()) if (isClosed(place, wanted)) await close(place, wanted);
  for (const entry of steps.changed.toReversed()) {
    if (isLast(entry)) await changeEntry(place, entry);
  }
  const { removed } = steps;
  if (removed.length > 0) context.progress(`removing ${removed.length} entries`);
  for (const entry of removed) {
    throwIfAborted(context.signal);
    await context.host.files.remove({ path: pathBelow(spec.path, entry) }, context.signal);
  }
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

async function typeAt(path: string, { host, signal }: WriteContext): Promise<FileType | undefined> {
  const found = await host.files.read({ path, content: "none" }, signal);
  if (found.type === "unknown") throw found.fault;
  return found.type === "present" ? found.value.entry.type : undefined;
}

/** Parents first. */
function madeBy({ blocked, created }: CopySteps, copy: ObservedCopy): readonly WantedEntry[] {
  if (blocked.length === 0) return created;
  const made = new Set([...blocked.map(({ wanted }) => wanted), ...created]);
  return copy.wanted.filter((wanted) => made.has(wanted));
}

async function createEntry(place: CopyPlace, wanted: WantedEntry): Promise<void> {
  const { spec, context } = place;
  const { host, signal, attempt } = context;
  throwIfAborted(signal);
  const path = pathBelow(spec.path, wanted.path);
  try {
    if (wanted.entry.type === "link") {
      const target = wanted.linkTarget ?? "";
      await host.files.makeLink({ path, target, hard: false, force: false, attempt }, signal);
    } else if (wanted.entry.type === "directory") await makeDirectory(place, wanted);
    else await writeFile(place, wanted);
  } catch (error) {
    throw writeFault(error, path);
  }
}

/** One that has come meanwhile, perhaps by an attempt before this one, is as good. */
async function makeDirectory(place: CopyPlace, wanted: WantedEntry): Promise<void> {
  const { spec, context } = place;
  const { files } = context.host;
  const { mode, ...owner } = attributesOf(place, wanted);
  const path = pathBelow(spec.path, wanted.path);
  const request = { path, ...owner, mode: mode | OPEN_MODE };
  try {
    await files.makeDirectory(request, context.signal);
  } catch (error) {
    if (!(error instanceof Fault) || error.reason !== "AlreadyExists") throw error;
    if ((await typeAt(path, context)) !== "directory") throw error;
    await files.setAttributes(request, context.signal);
  }
}

async function changeEntry(place: CopyPlace, { wanted, fields }: ChangedEntry): Promise<void> {
  const { spec, context } = place;
  const { host, signal, attempt } = context;
  throwIfAborted(signal);
  if (fields.includes("content")) return await writeFile(place, wanted);
  const path = pathBelow(spec.path, wanted.path);
  if (fields.includes("target")) {
    const target = wanted.linkTarget ?? "";
    await host.files.makeLink({ path, target, hard: false, force: true, attempt }, signal);
    return;
  }
  const { mode, uid, gid } = attributesOf(place, wanted);
  const attributes = {
    ...(fields.includes("mode") ? { mode } : {}),
    ...(fields.includes("owner") ? { uid } : {}),
    ...(fields.includes("group") ? { gid } : {}),
  };
  await host.files.setAttributes({ path, ...attributes }, signal);
}

async function writeFile(place: CopyPlace, wanted: WantedEntry): Promise<void> {
  const { spec, context } = place;
  const { host, signal, attempt } = context;
  const content = contentOf(place, wanted);
  const path = pathBelow(spec.path, wanted.path);
  await host.files.write({ path, content, attempt, ...attributesOf(place, wanted) }, signal);
}

async function close({ spec, copy, context }: CopyPlace, wanted: WantedEntry): Promise<void> {
  const { mode } = wantedAttributes(wanted.entry, spec.recurse, copy);
  const path = pathBelow(spec.path, wanted.path);
  await context.host.files.setAttributes({ path, mode }, context.signal);
}

function isClosed({ spec, copy }: CopyPlace, { entry }: WantedEntry): boolean {
  if (entry.type !== "directory") return false;
  return (wantedAttributes(entry, spec.recurse, copy).mode & OPEN_MODE) !== OPEN_MODE;
}

function attributesOf({ spec, copy }: CopyPlace, { entry }: WantedEntry): Required<FileAttributes> {
  const { mode, uid, gid } = wantedAttributes(entry, spec.recurse, copy);
  assert(uid !== undefined && gid !== undefined, "names that nobody has were refused before");
  return { mode, uid, gid };
}

/** The content of a file of the source, which must be the one that was observed: a copy is of one state of its source. */
function contentOf({ spec, context }: CopyPlace, wanted: WantedEntry): StreamedContent {
  const { path, source } = spec;
  const from = pathBelow(source.path, wanted.path);
  const changed = (): Fault =>
    unavailable({ path, source: source.path, why: `${from} was changed while it was copied` });
  return {
    chunks: chunksOf(from, context, changed),
    check: (sha256) => {
      if (sha256 !== wanted.sha256) throw changed();
    },
  };
}

async function* chunksOf(
  path: string,
  { host, signal }: WriteContext,
  changed: () => Fault,
): AsyncGenerator<Uint8Array, void> {
  try {
    yield* host.files.stream({ path, maxBytes: MAX_FILE_BYTES }, signal);
  } catch (error) {
    throw error instanceof Fault && error.reason === "NotFound" ? changed() : error;
  }
}
