import { Fault, type OpenArchive, unreachable, type WriteContext } from "@holdfast/core";
import type { ArchiveSource, ArchiveSpec } from "./spec.ts";

/** Longest archive that is taken. */
const MAX_ARCHIVE_BYTES = 1024 ** 3;
const DOWNLOAD_TIMEOUT_MS = 600_000;

/**
 * Takes the declared archive whole, and lets nothing of it be read before its digest is that which was declared.
 * @throws {Fault} ContentUnavailable, ContentTooLarge, DigestMismatch, and what reading and keeping it throw.
 */
export async function openSource(
  source: ArchiveSource,
  spec: ArchiveSpec,
  context: WriteContext,
): Promise<OpenArchive> {
  const archive = await context.host.archives.open(chunksOf(source, context), context.signal);
  const { sha256 } = source;
  if (sha256 === undefined || sha256 === archive.sha256) return archive;
  await archive[Symbol.asyncDispose]();
  throw new Fault({
    reason: "DigestMismatch",
    message: `${nameOf(source)} has sha256:${archive.sha256}, but ${spec.path} declares sha256:${sha256}`,
    resolution: "Find out why the archive changed; declare the new digest only if you trust it.",
  });
}

function chunksOf(
  source: ArchiveSource,
  { host, signal, progress }: WriteContext,
): AsyncIterable<Uint8Array> {
  switch (source.type) {
    case "path":
      return fileChunks(source.path, { host, signal });
    case "url": {
      progress(`downloading ${source.url}`);
      const limits = { maxBytes: MAX_ARCHIVE_BYTES, timeoutMs: DOWNLOAD_TIMEOUT_MS };
      return host.downloads.stream({ url: source.url, ...limits }, signal);
    }
    default:
      return unreachable(source);
  }
}

async function* fileChunks(
  path: string,
  { host, signal }: Pick<WriteContext, "host" | "signal">,
): AsyncGenerator<Uint8Array, void> {
  const request = { path, followLink: true, maxBytes: MAX_ARCHIVE_BYTES };
  try {
    yield* host.files.stream(request, signal);
  } catch (error) {
    if (!(error instanceof Fault) || error.reason !== "NotFound") throw error;
    throw new Fault({
      reason: "ContentUnavailable",
      message: `there is no archive at ${path}`,
      resolution: `Put the archive at ${path}, or correct source.`,
      cause: error,
    });
  }
}

function nameOf(source: ArchiveSource): string {
  return source.type === "url" ? source.url : source.path;
}
