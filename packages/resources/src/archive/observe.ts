import { ABSENT, Fault, type Observation, present, type ReadContext } from "@holdfast/core";
import { findAccounts } from "../attributes/account-ids.ts";
import { type DeclaredIds, resolveIds } from "../attributes/attributes.ts";
import { type ArchiveRecord, readRecord, type RecordReading } from "./record.ts";
import type { ArchiveInput, ArchiveSpec } from "./spec.ts";
import { driftOf } from "./compare.ts";
import { readTree, type Tree } from "./tree.ts";

/** What is known of a directory that an archive is extracted into. */
export interface ArchiveObserved {
  /** What was extracted; `undefined` when nothing is known of it. */
  readonly record: ArchiveRecord | undefined;
  /** Something is at the place of the record that is none. */
  readonly isBroken: boolean;
  /** What is at the paths of the record's entries; empty where nobody needs to know. */
  readonly tree: Tree;
  /** SHA-256 of the archive that is to be extracted; `undefined` where nobody needs to know. */
  readonly wanted: string | undefined;
  /** For `creates`: the path is there. */
  readonly isCreated: boolean;
  /** Nothing is known of what was extracted, and the directory holds something. */
  readonly isOccupied: boolean;
  readonly ids: DeclaredIds;
}

/**
 * Observes one directory, all that was extracted into it with its bytes. The archive is read only where its digest is what
 * says what is wanted.
 * @throws {Fault} ContentUnavailable, when there is no archive and its digest is not declared.
 */
export async function observeArchive(
  spec: ArchiveSpec,
  context: ReadContext,
): Promise<Observation<ArchiveObserved>> {
  const { host, signal } = context;
  const reading = await readRecord(spec, context);
  const record = reading.type === "record" ? reading.record : undefined;
  if (spec.isAbsent) return reading.type === "none" ? ABSENT : present(unread(reading));
  const isCreated = await isThere(spec.creates, context);
  const ids = resolveIds(spec, await findAccounts([spec], host.accounts, signal));
  if (isCreated && record?.attempt === undefined) {
    return present({ ...unread(reading), isCreated, ids });
  }
  const wanted = await wantedDigest(spec, context);
  if (reading.type === "none") {
    const directory = await host.files.read({ path: spec.path, content: "none" }, signal);
    if (directory.type !== "present") return directory;
  }
  const tree = await readTree(spec.path, record?.entries ?? [], context);
  const isOccupied = record === undefined && (await holdsSomething(spec.path, context));
  return present({ ...unread(reading), tree, wanted, isCreated, isOccupied, ids });
}

/** The source, where the same archive would be extracted again as it is there; `undefined` where it is not as it came. */
export function describeArchive(
  spec: ArchiveSpec,
  { record, tree, ids }: ArchiveObserved,
): ArchiveInput | undefined {
  if (record === undefined || record.attempt !== undefined || tree.size === 0) return undefined;
  if (driftOf(record.entries, tree, { declared: spec, ids }).length > 0) return undefined;
  const { strip, exclude, setuid } = record.selection;
  const { mode, owner, group } = spec;
  return {
    source: { ...record.source, sha256: record.archive },
    strip,
    exclude: [...exclude],
    setuid,
    ...(mode === undefined ? {} : { mode: mode.toString(8).padStart(4, "0") }),
    ...(owner === undefined ? {} : { owner }),
    ...(group === undefined ? {} : { group }),
    ...(spec.creates === undefined ? {} : { creates: spec.creates }),
  };
}

/** What the record alone tells. */
function unread(reading: RecordReading): ArchiveObserved {
  return {
    record: reading.type === "record" ? reading.record : undefined,
    isBroken: reading.type === "broken",
    tree: new Map(),
    wanted: undefined,
    isCreated: false,
    isOccupied: false,
    ids: { declaredUid: undefined, declaredGid: undefined },
  };
}

/** What cannot be listed may hold anything. */
async function holdsSomething(path: string, { host, signal }: ReadContext): Promise<boolean> {
  const found = await host.files.list(path, signal);
  return found.type === "unknown" || (found.type === "present" && found.value.length > 0);
}

async function isThere(path: string | undefined, { host, signal }: ReadContext): Promise<boolean> {
  if (path === undefined) return false;
  const reading = await host.files.read({ path, content: "none" }, signal);
  if (reading.type === "unknown") throw reading.fault;
  return reading.type === "present";
}

/** The digest that says which archive is wanted: as declared, or of the file as it is now. */
async function wantedDigest(
  { path: directory, source }: ArchiveSpec,
  { host, signal }: ReadContext,
): Promise<string | undefined> {
  if (source?.type !== "path" || source.sha256 !== undefined) return source?.sha256;
  const { path } = source;
  const request = { path, content: "sha256", followLink: true } as const;
  const reading = await host.files.read(request, signal);
  if (reading.type === "unknown") throw reading.fault;
  const sha256 = reading.type === "present" ? reading.value.sha256 : undefined;
  if (sha256 !== undefined) return sha256;
  throw new Fault({
    reason: "ContentUnavailable",
    message: `the archive for ${directory} cannot be read from ${path}: there is no such file`,
    resolution: `Put the archive at ${path}, or declare its sha256, so that it is needed only to extract it.`,
  });
}
