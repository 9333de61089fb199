import { type Change, change } from "@holdfast/core";
import { diffFile, fingerprintFile } from "../file/diff.ts";
import type { AptRepositoryObserved } from "./observe.ts";
import type { AptRepositorySpec } from "./spec.ts";

/** The change of a key that is not the declared one. */
export const KEY_CHANGE = "signedBy.sha256";

/** Compares the file of a source, and the key that signs it. */
export function diffAptRepository(
  { file, keyFile }: AptRepositorySpec,
  observed: AptRepositoryObserved | undefined,
): readonly Change[] {
  const declared = keyFile?.sha256;
  const found = observed?.keySha256;
  return [
    ...(declared === undefined || declared === found ? [] : [change(KEY_CHANGE, found, declared)]),
    ...diffFile(file, observed?.file),
  ];
}

/** The state of a source as a short text. */
export function fingerprintAptRepository({ file, keySha256 }: AptRepositoryObserved): string {
  return `${file === undefined ? "-" : fingerprintFile(file)} ${keySha256 ?? "-"}`;
}
