import type { FileReader } from "@holdfast/core";

/** More than any of these files has. */
const MOST_BYTES = 65_536;

/**
 * The text of a small file; `undefined` where there is none. Bytes that are no UTF-8 become replacement characters, which
 * no name has.
 * @throws {Fault} what keeps it from being read.
 */
export async function textAt(
  path: string,
  files: FileReader,
  signal: AbortSignal,
): Promise<string | undefined> {
  const request = { path, content: "bytes", maxBytes: MOST_BYTES, followLink: true } as const;
  const reading = await files.read(request, signal);
  if (reading.type === "unknown") throw reading.fault;
  const bytes = reading.type === "present" ? reading.value.bytes : undefined;
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}
