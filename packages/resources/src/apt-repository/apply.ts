import { Fault, type KindAction, type WriteContext } from "@holdfast/core";
import { hasChange } from "../attributes/attributes.ts";
import { applyFile } from "../file/apply.ts";
import { KEY_CHANGE } from "./diff.ts";
import type { AptRepositoryObserved } from "./observe.ts";
import type { AptRepositorySpec } from "./spec.ts";

/**
 * Writes the source, if it is the declared key that signs it: one that somebody exchanged would sign anything.
 * @throws {Fault} DigestMismatch; ContentUnavailable, without a file of the key.
 */
export async function applyAptRepository(
  action: KindAction<AptRepositorySpec, AptRepositoryObserved>,
  context: WriteContext,
): Promise<void> {
  const { spec, observed, changes } = action;
  if (hasChange(changes, KEY_CHANGE)) throw wrongKey(spec, observed?.keySha256);
  await applyFile({ ...action, spec: spec.file, observed: observed?.file }, context);
}

function wrongKey({ name, keyFile }: AptRepositorySpec, found: string | undefined): Fault {
  const path = keyFile?.path ?? "";
  if (found === undefined) {
    return new Fault({
      reason: "ContentUnavailable",
      message: `the key of the repository ${name} is to be in ${path}, and there is no such file`,
      resolution: `Declare file:${path}, so that it is made first, or correct signedBy.path.`,
    });
  }
  return new Fault({
    reason: "DigestMismatch",
    message: `${path} has sha256:${found}, but the repository ${name} declares sha256:${keyFile?.sha256}`,
    resolution: "Find out why the key changed; declare the new digest only if you trust it.",
  });
}
