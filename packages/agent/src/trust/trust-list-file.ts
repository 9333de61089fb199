import { Fault } from "@holdfast/core";
import {
  type Envelope,
  MOST_ENVELOPE_CHARACTERS,
  parseEnvelope,
  printEnvelope,
  readTrustList,
  TRUST_LIST_TYPE,
  type TrustList,
} from "@holdfast/trust";
import { createOwnFile, replaceOwnFile } from "../own-files/write-own-file.ts";
import { readText } from "../sources/read-text.ts";
import { refuseUnsafeSecrets } from "../sources/source-safety.ts";

/** A trust list as it is on disk, signed or not. */
export interface TrustListFile {
  readonly path: string;
  readonly text: string;
  readonly envelope: Envelope;
  readonly list: TrustList;
}

/**
 * Reads a trust list. Whether it is trusted is for `acceptTrustList` to say.
 * @throws {Fault} EnvelopeMalformed, EnvelopeTypeWrong; SourceUnsafe, when root would read what others can write; what reading
 *   a file throws.
 */
export async function readTrustListFile(
  path: string,
  userId: number | undefined,
  signal: AbortSignal,
): Promise<TrustListFile> {
  refuseUnsafeSecrets(path, userId);
  const { value: text = "" } = await readText(path, signal, { maxBytes: MOST_ENVELOPE_CHARACTERS });
  const parsed = parseEnvelope(text, TRUST_LIST_TYPE);
  if (parsed.type === "refused") throw ofFile(path, parsed.fault);
  const read = readTrustList(parsed.envelope);
  if (read.type === "refused") throw ofFile(path, read.fault);
  return { path, text, envelope: parsed.envelope, list: read.list };
}

/**
 * Writes a new list; an existing one is not touched.
 * @throws {Fault} AlreadyExists; what writing a file throws.
 */
export async function createTrustListFile(
  { path, envelope }: Pick<TrustListFile, "path" | "envelope">,
  userId: number | undefined,
): Promise<void> {
  await createOwnFile({ path, text: printEnvelope(envelope), mode: 0o644, userId });
}

/**
 * Replaces a list that was read, as a whole and durably.
 * @throws {Fault} InputInvalid, when it was changed since; what writing a file throws.
 */
export async function replaceTrustListFile(
  { path, text: before }: TrustListFile,
  envelope: Envelope,
  signal: AbortSignal,
): Promise<void> {
  await replaceOwnFile({ path, before, text: printEnvelope(envelope) }, signal);
}

function ofFile(path: string, { reason, message, resolution }: Fault): Fault {
  return new Fault({ reason, message: `${path}: ${message}`, resolution });
}
