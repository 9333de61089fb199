import { Fault, type WriteContext } from "@holdfast/core";

/** Longest content that comes from elsewhere: it is held in memory while it is written. */
const MAX_CONTENT_BYTES = 256 * 1024 * 1024;

const DOWNLOAD_TIMEOUT_MS = 600_000;

/**
 * The bytes of a file on the host that are to be the content of another.
 * @throws {Fault} ContentUnavailable, when there is no such file; ContentTooLarge, above 256 MiB.
 */
export async function readContent(
  request: { readonly path: string; readonly from: string },
  context: WriteContext,
): Promise<Uint8Array> {
  const { path, from } = request;
  const reading = await context.host.files.read(
    { path: from, content: "bytes", maxBytes: MAX_CONTENT_BYTES, followLink: true },
    context.signal,
  );
  if (reading.type === "unknown") throw reading.fault;
  if (reading.type === "absent" || reading.value.entry.type !== "file") {
    throw new Fault({
      reason: "ContentUnavailable",
      message: `the content of ${path} cannot be read from ${from}: there is no such file`,
      resolution: `Put a readable file at ${from}, or correct contentFrom.`,
    });
  }
  if (reading.value.bytes !== undefined) return reading.value.bytes;
  throw new Fault({
    reason: "ContentTooLarge",
    message: `${from} has ${reading.value.entry.sizeBytes} bytes; at most ${MAX_CONTENT_BYTES} are copied`,
    resolution: "Copy it with an exec that has a guard.",
  });
}

/**
 * Downloads content and checks its digest before anything is written.
 * @throws {Fault} DigestMismatch, or what the download throws.
 */
export async function fetchContent(
  request: { readonly path: string; readonly url: string; readonly sha256: string },
  context: WriteContext,
): Promise<Uint8Array> {
  const { path, url, sha256 } = request;
  context.progress(`downloading ${url}`);
  const limits = { maxBytes: MAX_CONTENT_BYTES, timeoutMs: DOWNLOAD_TIMEOUT_MS };
  const bytes = await context.host.downloads.fetch({ url, ...limits }, context.signal);
  const found = context.host.hash.sha256(bytes);
  if (found === sha256) return bytes;
  throw new Fault({
    reason: "DigestMismatch",
    message: `${url} has sha256:${found}, but ${path} declares sha256:${sha256}`,
    resolution: "Find out why the content changed; declare the new digest only if you trust it.",
  });
}
