import { type Change, change, unreachable } from "@holdfast/core";
import { attributesText, diffAttributes } from "../attributes/attributes.ts";
import { isWorldReadable } from "../attributes/file-mode.ts";
import { fingerprintOf } from "../fingerprint.ts";
import { isContentInSync, type ObservedContent, showDeclared, showObserved } from "./content.ts";
import type { FileObserved } from "./observe.ts";
import { withRendered } from "./render.ts";
import type { FileSpec } from "./spec.ts";

/** Compares a file with its spec. Another type of file in the way is the only change then, and one apply refuses. */
export function diffFile(spec: FileSpec, observed: FileObserved | undefined): readonly Change[] {
  if (spec.isAbsent) return diffAbsent(spec, observed);
  if (observed === undefined) return diffMissing(spec);
  if (isInTheWay(spec, observed)) return [change("type", observed.type, "file")];
  return [...diffContent(spec, observed), ...diffAttributes(spec, observed)];
}

/** True when what is at the path is nothing that a file may replace, or whose absence it may bring about. */
export function isInTheWay(spec: FileSpec, { type }: FileObserved): boolean {
  return type !== "file" && !(spec.isAbsent && type === "link");
}

/** The content of a source, or what a template came to: both change without a change of the spec. */
export function intentOfFile(
  { content }: FileSpec,
  { declared, rendered }: FileObserved,
): string | undefined {
  if (content.type === "path") return declared?.sha256;
  return rendered === undefined ? undefined : fingerprintOf(rendered.text);
}

/** The state of a file as a short text. Content counts as far as it is managed. */
export function fingerprintFile(observed: FileObserved): string {
  const { type, content, declared, rendered } = observed;
  const attributes = attributesText(observed);
  if (type !== "file") return `${type} ${attributes}`;
  const wanted = rendered === undefined ? "" : ` ${fingerprintOf(rendered.text)}`;
  return `${type} ${attributes} ${fingerprintContent(content)} ${declared?.sha256 ?? "-"}${wanted}`;
}

function diffAbsent(spec: FileSpec, observed: FileObserved | undefined): readonly Change[] {
  if (observed === undefined) return [];
  const removal = change("state", "present", undefined);
  return isInTheWay(spec, observed) ? [change("type", observed.type, "file"), removal] : [removal];
}

function diffMissing(spec: FileSpec): readonly Change[] {
  const changes = [change("state", undefined, "present")];
  if (spec.content.type !== "unmanaged") {
    const content = change("content", undefined, showDeclared(spec, undefined));
    changes.push(markPrivate(content, isPrivateMode(spec.mode)));
  }
  return [...changes, ...diffAttributes(spec, undefined)];
}

function diffContent(spec: FileSpec, observed: FileObserved): readonly Change[] {
  const wanted = withRendered(spec, observed.rendered);
  if (isContentInSync(wanted, observed.content, observed.declared)) return [];
  const to = showDeclared(wanted, observed.declared);
  const content = change("content", showObserved(observed.content), to);
  const isPrivate = isPrivateMode(spec.mode) || isPrivateMode(observed.mode);
  return [markPrivate(content, isPrivate)];
}

function isPrivateMode(mode: number | undefined): boolean {
  return mode !== undefined && !isWorldReadable(mode);
}

function markPrivate(content: Change, isPrivate: boolean): Change {
  return isPrivate ? { ...content, isPrivate: true } : content;
}

function fingerprintContent(content: ObservedContent): string {
  switch (content.type) {
    case "unmanaged":
      return "unmanaged";
    case "unread":
      return `unread ${content.sizeBytes}`;
    case "digest":
      return content.sha256;
    case "text":
      return fingerprintOf(content.text);
    default:
      return unreachable(content);
  }
}
