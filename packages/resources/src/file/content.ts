import { type FileReading, type Hash, unreachable } from "@holdfast/core";
import { decodeText, encodeText } from "../byte-text.ts";
import type { FileSpec, InlineContent } from "./spec.ts";

/** Longest content that is compared byte by byte; longer content is compared by SHA-256. */
export const COMPARE_LIMIT_BYTES = 1_048_576;

/** Longest text shown as text; longer content is described. */
export const SHOW_LIMIT_BYTES = 65_536;

/** The content of a regular file, as far as the comparison needed it. */
export type ObservedContent =
  /** Nobody declared it, so nobody looked. */
  | { readonly type: "unmanaged" }
  /** Of another length than declared, and too long to show. */
  | { readonly type: "unread"; readonly sizeBytes: number }
  /** UTF-8 that is the declared text, or that can be shown beside it. */
  | { readonly type: "text"; readonly text: string }
  | ContentDigest;

/** Content known by its digest. */
export interface ContentDigest {
  readonly type: "digest";
  readonly sizeBytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
  /** `undefined` when nobody looked. */
  readonly form?: "text" | "binary";
}

/** What was read of a file, as observed content. Hashes only what differs and cannot be shown. */
export function observedContent(spec: FileSpec, reading: FileReading, hash: Hash): ObservedContent {
  const { content } = spec;
  const { bytes, sha256 } = reading;
  const { sizeBytes } = reading.entry;
  if (content.type === "unmanaged" || spec.isAbsent) return { type: "unmanaged" };
  if (sha256 !== undefined) return { type: "digest", sizeBytes, sha256 };
  if (bytes === undefined) return { type: "unread", sizeBytes };
  const text = decodeText(bytes);
  const isDeclared = content.type === "inline" && text === content.text;
  if (text !== undefined && (isDeclared || canShow(text, sizeBytes))) return { type: "text", text };
  const form = text === undefined || text.includes("\0") ? "binary" : "text";
  return { type: "digest", sizeBytes, sha256: hash.sha256(bytes), form };
}

/** True when the observed content is the declared one; unmanaged content always is. */
export function isContentInSync(
  spec: FileSpec,
  observed: ObservedContent,
  declared: ContentDigest | undefined,
): boolean {
  const { content } = spec;
  if (content.type === "unmanaged") return true;
  if (observed.type === "text") return content.type === "inline" && observed.text === content.text;
  if (observed.type !== "digest") return false;
  return observed.sha256 === (knownDigest(content) ?? declared?.sha256);
}

/** The digest of content that is not known otherwise. */
function knownDigest(content: FileSpec["content"]): string | undefined {
  if (content.type === "url") return content.sha256;
  return content.type === "kept" ? content.bytes.sha256 : undefined;
}

/** Observed content for a change: text up to 64 KiB, else a description with size and digest. */
export function showObserved(observed: ObservedContent): string {
  switch (observed.type) {
    case "unmanaged":
      return "";
    case "unread":
      return `${observed.sizeBytes} bytes, not read`;
    case "text":
      return observed.text;
    case "digest":
      return describeDigest(observed);
    default:
      return unreachable(observed);
  }
}

/**
 * Declared content for a change. `digest` is that of the source where it was read; the digest of the spec covers inline
 * content in any case.
 */
export function showDeclared(spec: FileSpec, digest: ContentDigest | undefined): string {
  const { content } = spec;
  switch (content.type) {
    case "unmanaged":
      return "";
    case "url":
      return `sha256:${content.sha256} from ${content.url}`;
    case "path":
      if (digest === undefined) return `content of ${content.path}`;
      return `${describeDigest(digest)} from ${content.path}`;
    case "kept":
      return `the earlier content, sha256:${content.bytes.sha256}`;
    case "template":
      return `rendered from ${content.from.type === "path" ? content.from.path : "its template"}`;
    case "inline":
      if (canShow(content.text, content.bytes?.length ?? 0)) return content.text;
      return digest === undefined ? describeInline(content) : describeDigest(digest);
    default:
      return unreachable(content);
  }
}

function canShow(text: string, sizeBytes: number): boolean {
  return sizeBytes <= SHOW_LIMIT_BYTES && !text.includes("\0");
}

function describeInline({ text, bytes = encodeText(text) }: InlineContent): string {
  return `${text.includes("\0") ? "binary" : "text"}, ${bytes.length} bytes`;
}

function describeDigest({ sizeBytes, sha256, form }: ContentDigest): string {
  const size = `${sizeBytes} bytes, sha256:${sha256}`;
  return form === undefined ? size : `${form}, ${size}`;
}
