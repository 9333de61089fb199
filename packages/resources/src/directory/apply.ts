import { Fault, type KindAction, toFault, type WriteContext } from "@holdfast/core";
import { findAccounts } from "../attributes/account-ids.ts";
import {
  attributesToWrite,
  diffAttributes,
  hasChange,
  requireIds,
} from "../attributes/attributes.ts";
import { wrongType, writeFault } from "../path-faults.ts";
import { applyCopy, isOfCopy, refuseBlocked, stepsFor } from "./copy/apply-copy.ts";
import { changeBelow } from "./change-below.ts";
import { type CopyOf, isCopy } from "./copy/copied-entry.ts";
import { declaredTop } from "./copy/copied-top.ts";
import type { CopySteps } from "./copy/copy-steps.ts";
import { readCopy } from "./copy/read-copy.ts";
import { type CopyPlace, OPEN_MODE } from "./copy/write-entry.ts";
import type { DirectoryObserved } from "./observe.ts";
import type { DirectorySpec } from "./spec.ts";

type DirectoryAction = KindAction<DirectorySpec, DirectoryObserved>;

/**
 * Makes, changes or removes one directory, makes it a copy where that is declared, and changes what is below it likewise.
 * @throws {Fault} WrongType and DirectoryNotEmpty, without `force`; NotFound, when the parent is missing; ContentUnavailable,
 *   when the source changes meanwhile.
 */
export async function applyDirectory(
  action: DirectoryAction,
  context: WriteContext,
): Promise<void> {
  const { spec, observed, changes } = action;
  if (changes.length === 0) return;
  const isInTheWay = observed !== undefined && observed.type !== "directory";
  if (isInTheWay && !spec.force) throw inTheWay(spec, observed);
  if (spec.isAbsent) {
    if (hasChange(changes, "state")) await removeDirectory(spec, context);
    return;
  }
  const copying = isCopy(spec) ? await prepareCopy({ ...action, spec }, context) : undefined;
  if (isInTheWay) await context.host.files.remove({ path: spec.path }, context.signal);
  const isNew = isInTheWay || hasChange(changes, "state");
  if (isNew) await makeDirectory(action, copying, context);
  else await changeDirectory(action, copying, context);
  if (copying !== undefined) await applyCopy(copying.place, copying.steps);
  if (copying !== undefined && isNew) await closeTop(copying.place);
  if (spec.recurse === undefined || observed?.below === undefined) return;
  await changeBelow({ ...spec, recurse: spec.recurse }, observed.below, changes, context);
}

/** A copy that can be made. */
interface Copying {
  readonly place: CopyPlace;
  readonly steps: CopySteps;
}

/**
 * Finds out what is to be copied, and refuses what cannot be, before anything is written. `undefined` when the changes are of
 * nothing that is copied.
 */
async function prepareCopy(
  { spec, observed, changes }: KindAction<CopyOf<DirectorySpec>, DirectoryObserved>,
  context: WriteContext,
): Promise<Copying | undefined> {
  const { host, signal } = context;
  if (observed?.copy === undefined && !isOfCopy(changes)) return undefined;
  const ids = await findAccounts([spec.recurse ?? {}], host.accounts, signal);
  const declared = requireIds(spec.recurse ?? {}, ids);
  const copy = observed?.copy ?? (await readCopy(spec, declared, host.files, signal));
  const steps = stepsFor(spec, copy, changes);
  refuseBlocked(spec, steps);
  return { place: { spec, copy: { ...copy, ...declared }, context }, steps };
}

async function makeDirectory(
  { spec, changes }: DirectoryAction,
  copying: Copying | undefined,
  context: WriteContext,
): Promise<void> {
  const { host, signal } = context;
  // Of a copy what the source has is written, whatever else is declared.
  const declared = copying && declaredTop(spec, copying.place.copy.top);
  const ids = await findAccounts([declared ?? spec], host.accounts, signal);
  const attributes =
    declared === undefined
      ? attributesToWrite(spec, changes, ids)
      : attributesToWrite(declared, diffAttributes(declared, undefined), ids);
  try {
    const { mode } = attributes;
    const opened = copying === undefined || mode === undefined ? {} : { mode: mode | OPEN_MODE };
    await host.files.makeDirectory({ path: spec.path, ...attributes, ...opened }, signal);
  } catch (error) {
    throw writeFault(error, spec.path);
  }
}

/** A directory that its owner may not write to gets its mode when all that is in it is done. */
async function closeTop({ spec, copy, context }: CopyPlace): Promise<void> {
  const { mode } = declaredTop(spec, copy.top);
  if ((mode & OPEN_MODE) === OPEN_MODE) return;
  await context.host.files.setAttributes({ path: spec.path, mode }, context.signal);
}

async function changeDirectory(
  { spec, changes }: DirectoryAction,
  copying: Copying | undefined,
  context: WriteContext,
): Promise<void> {
  const { host, signal } = context;
  const declared = copying === undefined ? spec : declaredTop(spec, copying.place.copy.top);
  const ids = await findAccounts([declared], host.accounts, signal);
  const attributes = attributesToWrite(declared, changes, ids);
  if (Object.keys(attributes).length === 0) return;
  await host.files.setAttributes({ path: spec.path, ...attributes }, signal);
}

async function removeDirectory(
  { path, force }: DirectorySpec,
  { host, signal }: WriteContext,
): Promise<void> {
  try {
    await host.files.remove({ path, recursive: force }, signal);
  } catch (error) {
    const fault = toFault(error);
    if (fault.reason !== "DirectoryNotEmpty") throw fault;
    throw new Fault({
      reason: "DirectoryNotEmpty",
      message: `${path} is to be absent but is not empty`,
      resolution:
        "Empty it, declare its entries absent, or write force: true to remove everything in it.",
      cause: fault,
    });
  }
}

function inTheWay({ path, isAbsent }: DirectorySpec, { type }: DirectoryObserved): Fault {
  const remedy = isAbsent
    ? `Declare it by its own kind as absent, or write force: true to remove ${path}.`
    : `Move ${path} out of the way, or write force: true to replace it.`;
  return wrongType({ path, type }, "a directory", remedy);
}
