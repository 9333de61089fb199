import type { FileReading, Hash } from "@holdfast/core";
import { areBytesEqual, decodeText } from "../byte-text.ts";
import type { FileSpec } from "./spec.ts";

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
  /** `sha256` where the bytes differ and cannot be shown as text. */
  | { readonly type: "bytes"; readonly bytes: Uint8Array; readonly sha256?: string }
  | ContentDigest;

/** Content known by its digest. */
export interface ContentDigest {
  readonly type: "digest";
  readonly sizeBytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** What was read of a file, as observed content. Hashes only what differs and cannot be shown. */
export function observedContent(spec: FileSpec, reading: FileReading, hash: Hash): ObservedContent {
  const { bytes, sha256, entry } = reading;
  if (spec.content.type === "unmanaged" || spec.isAbsent) return { type: "unmanaged" };
  if (sha256 !== undefined) return { type: "digest", sizeBytes: entry.sizeBytes, sha256 };
  if (bytes === undefined) return { type: "unread", sizeBytes: entry.sizeBytes };
  const isDeclared = spec.content.type === "inline" && areBytesEqual(spec.content.bytes, bytes);
  if (isDeclared || textToShow(bytes) !== undefined) return { type: "bytes", bytes };
  return { type: "bytes", bytes, sha256: hash.sha256(bytes) };
}

/** True when the observed content is the declared one; unmanaged content always is. */
export function isContentInSync(
  spec: FileSpec,
  observed: ObservedContent,
  declared: ContentDigest | undefined,
): boolean {
  const { content } = spec;
  switch (content.type) {
    case "unmanaged":
      return true;
    case "url":
      return observed.type === "digest" && observed.sha256 === content.sha256;
    default:
      if (observed.type === "digest") return observed.sha256 === declared?.sha256;
      return (
        content.type === "inline" &&
        observed.type === "bytes" &&
        areBytesEqual(content.bytes, observed.bytes)
      );
  }
}

/** Observed content for a change: text up to 64 KiB, else a description with size and digest. */
export function showObserved(observed: ObservedContent): string {
  if (observed.type === "unmanaged") return "";
  if (observed.type === "unread") return `${observed.sizeBytes} bytes, not read`;
  if (observed.type === "digest") return describe(observed.sizeBytes, observed.sha256);
  const { bytes, sha256 } = observed;
  const text = textToShow(bytes);
  if (text !== undefined) return text;
  const what = decodeText(bytes) === undefined ? "binary" : "text";
  return `${what}, ${describe(bytes.length, sha256)}`;
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
      return `${describe(digest.sizeBytes, digest.sha256)} from ${content.path}`;
    case "inline":
      return textToShow(content.bytes) === undefined
        ? `text, ${describe(content.bytes.length, digest?.sha256)}`
        : content.text;
  }
}

function textToShow(bytes: Uint8Array): string | undefined {
  return bytes.length > SHOW_LIMIT_BYTES ? undefined : decodeText(bytes);
}

function describe(sizeBytes: number, sha256: string | undefined): string {
  return sha256 === undefined ? `${sizeBytes} bytes` : `${sizeBytes} bytes, sha256:${sha256}`;
}
