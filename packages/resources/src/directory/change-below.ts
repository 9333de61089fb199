import {
  type Change,
  FailedEntries,
  type FileWriter,
  throwIfAborted,
  toFault,
  type WriteContext,
} from "@holdfast/core";
import { type AccountIds, findAccounts } from "../attributes/account-ids.ts";
import {
  attributesToWrite,
  type DeclaredAttributes,
  type DeclaredIds,
  hasChange,
} from "../attributes/attributes.ts";
import { listBelow } from "./below.ts";
import { driftBelow, type EntryDrift, type ObservedBelow } from "./recurse.ts";

/** A directory for whose entries something is declared. */
export interface RecursiveSpec {
  readonly path: string;
  readonly recurse: DeclaredAttributes;
}

/**
 * Changes everything below a directory that is not as declared, as far as it can be: what vanished needs nothing any more,
 * and what cannot be changed keeps no other from it.
 * @throws {Fault} the first that happened, with the first few names and how many there are; MountUnresponsive and Aborted at
 *   once.
 */
export async function changeBelow(
  spec: RecursiveSpec,
  below: ObservedBelow,
  changes: readonly Change[],
  { host, signal }: WriteContext,
): Promise<void> {
  const ids = await findAccounts([spec.recurse], host.accounts, signal);
  const failed = new FailedEntries();
  const { declaredUid, declaredGid } = below;
  const { recurse } = spec;
  const declared = { declaredUid, declaredGid };
  const changing = { recurse, declared, ids, changes, files: host.files, failed, signal };
  await changeAll(changing, below);
  const fault = failed.fault(`change what is below ${spec.path}`);
  if (fault !== undefined) throw fault;
}

interface Changing {
  readonly recurse: DeclaredAttributes;
  readonly declared: DeclaredIds;
  readonly ids: AccountIds;
  /** Fields that are to be ignored are not among them. */
  readonly changes: readonly Change[];
  readonly files: FileWriter;
  readonly failed: FailedEntries;
  readonly signal: AbortSignal;
}

/**
 * From the leaves up, because a directory may be closed to us by its own change; but one that cannot be read comes first,
 * because that may open it.
 */
async function changeAll(changing: Changing, below: ObservedBelow): Promise<void> {
  const unread = new Set(below.unread.map(({ path }) => path));
  const drifts = driftBelow(changing.recurse, below);
  for (const drift of drifts) if (unread.has(drift.path)) await changeOne(changing, drift);
  for (const path of unread) await changeUnread(changing, path);
  for (const drift of drifts.toReversed()) {
    if (!unread.has(drift.path)) await changeOne(changing, drift);
  }
}

/** Reads once more what could not be read, and changes what is found; what still cannot be read has failed. */
async function changeUnread(changing: Changing, path: string): Promise<void> {
  const { declared, files, failed, signal } = changing;
  const found = await files.read({ path, content: "none" }, signal);
  if (found.type === "unknown") failed.add(path, found.fault);
  if (found.type !== "present") return;
  const below = await listBelow({ path, device: found.value.entry.device }, files, signal);
  const still = below.unread.find((one) => one.path === path);
  if (still === undefined) await changeAll(changing, { ...below, ...declared });
  else failed.add(path, still.fault);
}

async function changeOne(
  changing: Changing,
  { path, declared, changes }: EntryDrift,
): Promise<void> {
  const { files, failed, signal } = changing;
  throwIfAborted(signal);
  const ofEntry = changes.filter((one) => hasChange(changing.changes, `recurse.${one.path}`));
  const wanted = attributesToWrite(declared, ofEntry, changing.ids);
  if (Object.keys(wanted).length === 0) return;
  try {
    await files.setAttributes({ path, ...wanted }, signal);
  } catch (error) {
    throwIfAborted(signal);
    const fault = toFault(error);
    // Each further one would wait as long.
    if (fault.reason === "MountUnresponsive") throw fault;
    if (fault.reason !== "NotFound") failed.add(path, fault);
  }
}
