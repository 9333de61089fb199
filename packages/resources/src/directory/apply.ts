import { Fault, type KindAction, throwIfAborted, toFault, type WriteContext } from "@holdfast/core";
import { findAccounts } from "../attributes/account-ids.ts";
import { attributesToWrite, hasChange } from "../attributes/attributes.ts";
import { wrongType, writeFault } from "../path-faults.ts";
import type { DirectoryObserved } from "./observe.ts";
import { driftBelow } from "./recurse.ts";
import type { DirectorySpec } from "./spec.ts";

type DirectoryAction = KindAction<DirectorySpec, DirectoryObserved>;

/**
 * Makes, changes or removes one directory, and changes what is below it where that is declared.
 * @throws {Fault} WrongType and DirectoryNotEmpty, without `force`; NotFound, when the parent is missing.
 */
export async function applyDirectory(
  action: DirectoryAction,
  context: WriteContext,
): Promise<void> {
  const { spec, observed, changes } = action;
  const isInTheWay = observed !== undefined && observed.type !== "directory";
  if (isInTheWay && !spec.force) throw inTheWay(spec, observed);
  if (spec.isAbsent) {
    if (hasChange(changes, "state")) await removeDirectory(spec, context);
    return;
  }
  if (isInTheWay) await context.host.files.remove({ path: spec.path }, context.signal);
  if (isInTheWay || hasChange(changes, "state")) await makeDirectory(action, context);
  else await changeDirectory(action, context);
}

async function makeDirectory(
  { spec, changes }: DirectoryAction,
  context: WriteContext,
): Promise<void> {
  const { host, signal } = context;
  const ids = await findAccounts([spec], host.accounts, signal);
  const attributes = attributesToWrite(spec, changes, ids);
  try {
    await host.files.makeDirectory({ path: spec.path, ...attributes }, signal);
  } catch (error) {
    throw writeFault(error, spec.path);
  }
}

async function changeDirectory(
  { spec, observed, changes }: DirectoryAction,
  context: WriteContext,
): Promise<void> {
  const { host, signal } = context;
  const ids = await findAccounts([spec, spec.recurse ?? {}], host.accounts, signal);
  const attributes = attributesToWrite(spec, changes, ids);
  if (Object.keys(attributes).length > 0) {
    await host.files.setAttributes({ path: spec.path, ...attributes }, signal);
  }
  if (spec.recurse === undefined || observed?.below === undefined) return;
  for (const drift of driftBelow(spec.recurse, observed.below)) {
    throwIfAborted(signal);
    const ofEntry = drift.changes.filter(({ path }) => hasChange(changes, `recurse.${path}`));
    const wanted = attributesToWrite(drift.declared, ofEntry, ids);
    if (Object.keys(wanted).length === 0) continue;
    await host.files.setAttributes({ path: drift.path, ...wanted }, signal);
  }
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
      resolution: "Write force: true to remove everything in it, or declare its entries absent.",
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
