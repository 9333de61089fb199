import {
  Fault,
  type FileAttributes,
  type FileWriteRequest,
  type KindAction,
  type StreamedContent,
  unreachable,
  type WriteContext,
} from "@holdfast/core";
import { findAccounts } from "../attributes/account-ids.ts";
import { attributesToWrite, hasChange } from "../attributes/attributes.ts";
import { encodeText } from "../byte-text.ts";
import { writeFault, wrongType } from "../path-faults.ts";
import { isInTheWay } from "./diff.ts";
import type { FileObserved } from "./observe.ts";
import { renderContent } from "./render.ts";
import { fetchContent, readContent } from "./source.ts";
import type { FileSpec, InlineContent, KeptContent } from "./spec.ts";
import { validateContent } from "./validate.ts";

/** Sees to new content, by the path of the temporary file that it is in. What it throws stops the write. */
export type ContentCheck = (temporaryPath: string) => Promise<void>;

/**
 * Writes what the changes name: the whole file at once when content is among them, else only its attributes. `check` is
 * that of a kind that is made of a file; one that an author declares is in the spec.
 * @throws {Fault} WrongType, when something else is at the path: it is never removed to make way.
 */
export async function applyFile(
  action: KindAction<FileSpec, FileObserved>,
  context: WriteContext,
  check: ContentCheck | undefined = declaredCheck(action.spec, context),
): Promise<void> {
  const { spec, changes, observed } = action;
  if (observed !== undefined && isInTheWay(spec, observed)) throw inTheWay(spec, observed);
  if (spec.isAbsent) {
    if (hasChange(changes, "state")) {
      await context.host.files.remove({ path: spec.path }, context.signal);
    }
    return;
  }
  const ids = await findAccounts([spec], context.host.accounts, context.signal);
  const attributes = attributesToWrite(spec, changes, ids);
  if (hasChange(changes, "state") || hasChange(changes, "content")) {
    await writeFile(action, { attributes, check }, context);
  } else if (Object.keys(attributes).length > 0) {
    const { path, followLink } = spec;
    await context.host.files.setAttributes({ path, followLink, ...attributes }, context.signal);
  }
}

async function writeFile(
  action: KindAction<FileSpec, FileObserved>,
  {
    attributes,
    check,
  }: { readonly attributes: FileAttributes; readonly check: ContentCheck | undefined },
  context: WriteContext,
): Promise<void> {
  const { spec, changes } = action;
  const { path, followLink } = spec;
  const content = hasChange(changes, "content")
    ? await declaredBytes(spec, context)
    : new Uint8Array();
  const request = {
    path,
    followLink,
    content,
    attempt: context.attempt,
    ...attributes,
    ...backupOf(action),
    ...(spec.restores === undefined ? {} : { restores: spec.restores }),
    ...(check === undefined ? {} : { validate: check }),
  };
  try {
    await context.host.files.write(request, context.signal);
  } catch (error) {
    throw writeFault(error, path);
  }
}

/**
 * What is replaced is kept; the first of it that is not our own is kept for ever. What we made is our own until it drifts,
 * what we found until we have written it.
 */
function backupOf({
  spec: { backupSuffix },
  cause,
  provenance,
  isAsLeft,
}: KindAction<FileSpec, FileObserved>): Pick<FileWriteRequest, "backupSuffix" | "originalSuffix"> {
  if (backupSuffix === undefined) return {};
  const isOthers = cause === "drift" || (provenance === "adopted" && isAsLeft !== true);
  return { backupSuffix, ...(isOthers ? { originalSuffix: `${backupSuffix}.original` } : {}) };
}

function declaredCheck(
  { path, validate }: FileSpec,
  context: WriteContext,
): ContentCheck | undefined {
  if (validate === undefined) return undefined;
  return (temporaryPath) => validateContent({ path, validate, temporaryPath }, context);
}

async function declaredBytes(spec: FileSpec, context: WriteContext) {
  const { path, content } = spec;
  switch (content.type) {
    case "unmanaged":
      return encodeText("");
    case "inline":
      return bytesOf(content);
    case "template":
      return bytesOf(await renderContent(spec, context.host, context.signal));
    case "path":
      return readContent({ path, from: content.path }, context);
    case "url":
      return fetchContent({ path, ...content }, context);
    case "kept":
      return checkedBytes(content, context.signal);
    default:
      return unreachable(content);
  }
}

/** What is damaged in the store never gets the name of the file. */
function checkedBytes({ bytes }: KeptContent, signal: AbortSignal): StreamedContent {
  const check = (found: string): void => {
    if (found === bytes.sha256) return;
    throw new Fault({
      reason: "PreimageGone",
      message: `the earlier content sha256:${bytes.sha256} is damaged where it was kept`,
      resolution: "Restore the file from a backup.",
    });
  };
  return { chunks: bytes.chunks(signal), check };
}

function bytesOf({ text, bytes }: InlineContent): Uint8Array {
  return bytes ?? encodeText(text);
}

function inTheWay({ path, isAbsent }: FileSpec, { type }: FileObserved): Fault {
  const remedy = isAbsent
    ? `Remove ${path} yourself, or declare the directory as absent instead.`
    : type === "link"
      ? `Name the target of the link as the path, write followLink: true, or remove ${path}.`
      : `Move ${path} out of the way, or declare another path.`;
  return wrongType({ path, type }, "a regular file", remedy);
}
