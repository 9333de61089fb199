import { assert, Fault, type KindAction, type WriteContext } from "@holdfast/core";
import { encodeText } from "../byte-text.ts";
import { editAgain } from "../edit-again.ts";
import { refuseExposed, wrongType, writeFault } from "../path-faults.ts";
import { MAX_DOCUMENT_BYTES, parseDocument, tooLarge } from "./document.ts";
import { editDocument } from "./edit.ts";
import { showField } from "./field-name.ts";
import { fieldState } from "./find-field.ts";
import { canonicalText } from "./json-value.ts";
import type { JsonFieldObserved } from "./observe.ts";
import type { JsonFieldSpec } from "./spec.ts";

/**
 * Makes the edit on the content of now and replaces the file, with the attributes it has.
 * @throws {Fault} NotFound, when there is no file and the spec does not let one be made; AlreadyExists, when something
 * in the file has no such field; SecretExposed; WrongType; ContentInvalid; ContentTooLarge; ChangedMeanwhile.
 */
export async function applyJsonField(
  { spec, changes }: KindAction<JsonFieldSpec, JsonFieldObserved>,
  context: WriteContext,
): Promise<void> {
  if (changes.length > 0) await editAgain(() => editOnce(spec, context));
}

async function editOnce(spec: JsonFieldSpec, context: WriteContext): Promise<void> {
  const { path } = spec;
  const content = await readWhole(spec, context);
  if (content === undefined) return;
  const document = parseDocument(content, path);
  const state = fieldState(document.root, spec);
  if (state.type === "blocked") throw blocked(spec, state);
  const text = editDocument(document, spec);
  if (text === document.text) return;
  const edited = encodeText(text);
  if (edited.length > MAX_DOCUMENT_BYTES) throw tooLarge(path, edited.length);
  assertHolds(edited, spec);
  const { host, attempt, signal } = context;
  try {
    await host.files.write({ path, content: edited, expects: content, attempt }, signal);
  } catch (error) {
    throw writeFault(error, path);
  }
}

/** The content; `undefined` when there is no file and nothing should be in it. */
async function readWhole(
  { path, mayCreate, isAbsent }: JsonFieldSpec,
  { host, signal, hasSecrets }: WriteContext,
): Promise<Uint8Array | undefined> {
  const request = { path, content: "bytes" as const, maxBytes: MAX_DOCUMENT_BYTES };
  const found = await host.files.read(request, signal);
  if (found.type === "unknown") throw found.fault;
  if (found.type === "absent") {
    if (isAbsent) return undefined;
    if (hasSecrets && mayCreate) refuseExposed(path, undefined);
    if (mayCreate) return encodeText("");
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
  if (hasSecrets && !isAbsent) refuseExposed(path, entry.mode);
  return bytes;
}

function noFile(path: string): Fault {
  return new Fault({
    reason: "NotFound",
    message: `${path} does not exist, and a json-field makes its file only with create: true`,
    resolution: `Declare file:${path}, without content, so that it is made first, or write create: true.`,
    retry: "backoff",
  });
}

function blocked(
  { path, keys, isAbsent }: JsonFieldSpec,
  { found, remedy }: { readonly found: string; readonly remedy: string },
): Fault {
  const what = `${showField(keys)} cannot be ${isAbsent ? "removed" : "set"}`;
  return new Fault({
    reason: "AlreadyExists",
    message: `${path}: ${what}, because ${found}`,
    resolution: remedy,
  });
}

/** A text that cannot be read back as it was meant is never written: others depend on the rest of the file. */
function assertHolds(edited: Uint8Array, spec: JsonFieldSpec): void {
  const { value } = spec;
  const state = fieldState(parseDocument(edited, spec.path).root, spec);
  const holds =
    state.type === "present" && value !== undefined
      ? canonicalText(state.value) === canonicalText(value)
      : state.type === "absent" && value === undefined;
  assert(holds, `the edit of ${showField(spec.keys)} does not hold what was declared`);
}
