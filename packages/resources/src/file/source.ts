import {
  Fault,
  type FileReading,
  type Observation,
  type StreamedContent,
  type WriteContext,
} from "@holdfast/core";

/** Longest content that comes from elsewhere. It is copied in chunks, as it is written. */
const MAX_CONTENT_BYTES = 256 * 1024 * 1024;

const DOWNLOAD_TIMEOUT_MS = 600_000;

/**
 * The content of a file on the host that is to be that of another.
 * @throws {Fault} ContentUnavailable, when there is no such file; ContentTooLarge, above 256 MiB.
 */
export async function readContent(
  request: { readonly path: string; readonly from: string },
  context: WriteContext,
): Promise<StreamedContent> {
  const { path, from } = request;
  const { host, signal } = context;
  const source = { path: from, followLink: true };
  const reading = await host.files.read({ ...source, content: "none" }, signal);
  if (reading.type === "unknown") throw reading.fault;
  if (reading.type === "absent" || reading.value.entry.type !== "file") {
    throw new Fault({
      reason: "ContentUnavailable",
      message: `the content of ${path} cannot be read from ${from}: there is no such file`,
      resolution: `Put a readable file at ${from}, or correct contentFrom.`,
    });
  }
  if (reading.value.entry.sizeBytes <= MAX_CONTENT_BYTES) {
    return { chunks: host.files.stream({ ...source, maxBytes: MAX_CONTENT_BYTES }, signal) };
  }
  throw new Fault({
    reason: "ContentTooLarge",
    message: `${from} has ${reading.value.entry.sizeBytes} bytes; at most ${MAX_CONTENT_BYTES} are copied`,
    resolution: "Copy it with an exec that has a guard.",
  });
}

/** The content of a file on the host, or the template of it, that is not there as a file. */
export function unavailableContent({
  path,
  from,
  source,
}: {
  readonly path: string;
  readonly from: string;
  readonly source: Observation<FileReading>;
}): Fault {
  const why =
    source.type === "unknown"
      ? source.fault.message
      : source.type === "absent"
        ? "it does not exist"
        : `it is a ${source.value.entry.type}`;
  return new Fault({
    reason: "ContentUnavailable",
    message: `the content of ${path} cannot be read from ${from}: ${why}`,
    resolution: `Put a readable file at ${from}, or correct contentFrom or template.`,
    ...(source.type === "unknown" ? { cause: source.fault } : {}),
  });
}

/** The content of a URL; what does not have its digest never gets the name of the file. Being taken, it throws DigestMismatch. */
export function fetchContent(
  request: { readonly path: string; readonly url: string; readonly sha256: string },
  context: WriteContext,
): StreamedContent {
  const { path, url, sha256 } = request;
  context.progress(`downloading ${url}`);
  const limits = { maxBytes: MAX_CONTENT_BYTES, timeoutMs: DOWNLOAD_TIMEOUT_MS };
  const chunks = context.host.downloads.stream({ url, ...limits }, context.signal);
  const check = (found: string): void => {
    if (found === sha256) return;
    throw new Fault({
      reason: "DigestMismatch",
      message: `${url} has sha256:${found}, but ${path} declares sha256:${sha256}`,
      resolution: "Find out why the content changed; declare the new digest only if you trust it.",
    });
  };
  return { chunks, check };
}
