import type { BindReport, Change, KindAction, WriteContext } from "@holdfast/core";
import { formatMode } from "../attributes/file-mode.ts";
import { applyFile } from "../file/apply.ts";
import { diffFile } from "../file/diff.ts";
import type { FileObserved } from "../file/observe.ts";
import { bindFile, type FileSpec } from "../file/spec.ts";

/** Configuration of the machine: everybody may read it, root alone writes it. */
const MODE = 0o644;

/** The first line of every file that is rendered from fields: whoever opens it knows where to change it. */
export const RENDERED_HEADER = "# Kept by Holdfast: what is changed here is put back.\n";

/**
 * A file that is rendered from the fields of a resource and is replaced whole: root's, mode 0644. Without `text` it should
 * not be there.
 */
export function renderedFile(
  { path, text }: { readonly path: string; readonly text: string | undefined },
  report: BindReport,
): FileSpec {
  if (text === undefined) return bindFile(path, { state: "absent" }, report);
  return bindFile(path, { content: text, mode: formatMode(MODE), owner: 0, group: 0 }, report);
}

/** The whole text of such a file, if it could have been rendered here: fields say nothing of another owner or mode. */
export function renderedText(observed: FileObserved | undefined): string | undefined {
  if (observed?.type !== "file" || observed.content.type !== "text") return undefined;
  const { mode, uid, gid, content } = observed;
  return mode === MODE && uid === 0 && gid === 0 ? content.text : undefined;
}

/** Compares a file that is one part of a resource; its changes have the name of the part before theirs. */
export function diffPart(
  part: string,
  file: FileSpec,
  observed: FileObserved | undefined,
): readonly Change[] {
  return diffFile(file, observed).map((found) => ({ ...found, path: `${part}.${found.path}` }));
}

/** Writes what the changes of the resource name of this part. */
export async function applyPart(
  part: string,
  action: KindAction<FileSpec, FileObserved>,
  context: WriteContext,
): Promise<void> {
  const prefix = `${part}.`;
  const changes = action.changes
    .filter(({ path }) => path.startsWith(prefix))
    .map((found) => ({ ...found, path: found.path.slice(prefix.length) }));
  if (changes.length > 0) await applyFile({ ...action, changes }, context);
}
