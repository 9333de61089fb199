import {
  assert,
  Fault,
  type FileAttributes,
  type FileType,
  type StreamedContent,
  throwIfAborted,
  type WriteContext,
} from "@holdfast/core";
import { writeFault } from "../../path-faults.ts";
import {
  type CopySpec,
  type ObservedCopy,
  pathBelow,
  type WantedEntry,
  wantedAttributes,
} from "./copied-entry.ts";
import type { ChangedEntry } from "./copy-steps.ts";
import { MAX_FILE_BYTES, unavailable } from "./read-source.ts";

/** What its owner may do in a directory while it is filled. */
export const OPEN_MODE = 0o700;

/** A copy that is written. */
export interface CopyPlace {
  readonly spec: CopySpec;
  /** With the ids of the names that are declared. */
  readonly copy: ObservedCopy;
  readonly context: WriteContext;
}

/** Makes what is not there. */
export async function createEntry(place: CopyPlace, wanted: WantedEntry): Promise<void> {
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

/** Changes what differs, and nothing else. */
export async function changeEntry(
  place: CopyPlace,
  { wanted, fields }: ChangedEntry,
): Promise<void> {
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

/** Gives a directory that its owner may not write to its mode. */
export async function closeDirectory(place: CopyPlace, wanted: WantedEntry): Promise<void> {
  if (!isClosed(place, wanted)) return;
  const { spec, copy, context } = place;
  const { mode } = wantedAttributes(wanted.entry, spec.recurse, copy);
  const path = pathBelow(spec.path, wanted.path);
  await context.host.files.setAttributes({ path, mode }, context.signal);
}

/** Whether its owner may not do all that filling it takes. */
export function isClosed({ spec, copy }: CopyPlace, { entry }: WantedEntry): boolean {
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
/** What is at a path now; `undefined` when nothing is. */
export async function typeAt(
  path: string,
  { host, signal }: WriteContext,
): Promise<FileType | undefined> {
  const found = await host.files.read({ path, content: "none" }, signal);
  if (found.type === "unknown") throw found.fault;
  return found.type === "present" ? found.value.entry.type : undefined;
}
