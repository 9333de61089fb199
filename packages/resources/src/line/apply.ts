import { Fault, type KindAction, type WriteContext } from "@holdfast/core";
import { wideTextFault } from "../byte-text.ts";
import { editAgain } from "../edit-again.ts";
import { refuseExposed, wrongType, writeFault } from "../path-faults.ts";
import { compileLine } from "./compile-line.ts";
import { editContent } from "./edit.ts";
import { type LineObserved, MAX_EDITED_BYTES, tooLarge } from "./observe.ts";
import type { LineSpec } from "./spec.ts";

/**
 * Makes the edit on the content of now and replaces the file, with the attributes it has.
 * @throws {Fault} NotFound, when there is no file: a line does not make one; SecretExposed; WrongType; ContentTooLarge;
 *   ContentInvalid, for UTF-16; ChangedMeanwhile.
 */
export async function applyLine(
  { spec, changes }: KindAction<LineSpec, LineObserved>,
  context: WriteContext,
): Promise<void> {
  if (changes.length > 0) await editAgain(() => editOnce(spec, context));
}

async function editOnce(spec: LineSpec, context: WriteContext): Promise<void> {
  const content = await readWhole(spec, context);
  if (content === undefined) return;
  const edited = editContent(content, await compileLine(spec, content.length));
  if (edited === content) return;
  const { host, attempt, signal } = context;
  try {
    const request = { path: spec.path, content: edited, expects: content, attempt };
    await host.files.write(request, signal);
  } catch (error) {
    throw writeFault(error, spec.path);
  }
}

/** The content; `undefined` when there is no file and nothing should be in it. */
async function readWhole(
  { path, isAbsent }: LineSpec,
  { host, signal, hasSecrets }: WriteContext,
): Promise<Uint8Array | undefined> {
  const request = { path, content: "bytes" as const, maxBytes: MAX_EDITED_BYTES };
  const found = await host.files.read(request, signal);
  if (found.type === "unknown") throw found.fault;
  if (found.type === "absent") {
    if (isAbsent) return undefined;
    throw noFile(path);
  }
  const { entry, bytes } = found.value;
  if (entry.type !== "file") {
    const remedy =
      entry.type === "link"
        ? "Name the target of the link as the path."
        : `Move ${path} out of the way, or name another path.`;
    throw wrongType({ path, type: entry.type }, "a regular file", remedy);
  }
  if (bytes === undefined) throw tooLarge(path, entry.sizeBytes);
  const fault = wideTextFault(bytes, path);
  if (fault !== undefined) throw fault;
  if (hasSecrets && !isAbsent) refuseExposed(path, entry.mode);
  return bytes;
}

function noFile(path: string): Fault {
  return new Fault({
    reason: "NotFound",
    message: `${path} does not exist, and a line does not make its file`,
    resolution: `Declare file:${path}, without content, so that it is made first.`,
    retry: "backoff",
  });
}
