import type { Change, FilePlace, KeptBytes, KindFile, Preimage } from "@holdfast/core";
import { hasChange } from "../attributes/attributes.ts";
import type { FileObserved } from "./observe.ts";
import { type FileSpec, inlineContent } from "./spec.ts";

/** Of larger files nothing is kept; the store takes as much. */
const MOST_KEPT_BYTES = 64 * 1024 * 1024;

/** A file as it was: its bytes, where they were changed, its owner and its mode. */
function restoredFile(
  { path, followLink }: FilePlace,
  { mode, uid, gid, modifiedNs, attributes }: Preimage,
  bytes: KeptBytes | undefined,
): FileSpec {
  const restores = {
    ...(modifiedNs === undefined ? {} : { modifiedNs }),
    ...(attributes === undefined ? {} : { attributes }),
  };
  return {
    path,
    content: contentOf(bytes),
    mode,
    owner: String(uid),
    group: String(gid),
    followLink: followLink === true,
    isAbsent: false,
    restores,
  };
}

function contentOf(bytes: KeptBytes | undefined): FileSpec["content"] {
  if (bytes === undefined) return { type: "unmanaged" };
  return bytes.text === undefined ? { type: "kept", bytes } : inlineContent(bytes.text);
}

/** How a kind that is one file keeps it and gives it back: as a file. */
export function keptAsFile<Spec>(fileOf: (spec: Spec) => FileSpec): KindFile<Spec, FileObserved> {
  return {
    placeOf(spec, { type, content }) {
      const { path, followLink } = fileOf(spec);
      const isKept = !("sizeBytes" in content) || content.sizeBytes <= MOST_KEPT_BYTES;
      if (type !== "file" || !isKept) return undefined;
      return followLink ? { path, followLink } : { path };
    },
    changesContent: (changes: readonly Change[]) =>
      hasChange(changes, "state") || hasChange(changes, "content"),
    restore: (place, preimage, bytes) => ({
      kind: "file",
      spec: restoredFile(place, preimage, bytes),
    }),
  };
}
