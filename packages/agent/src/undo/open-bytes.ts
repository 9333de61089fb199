import { createHash } from "node:crypto";
import type { ChosenChange, KeptBytes, Preimage, Preimages, Secrets } from "@holdfast/core";

/** What opens the earlier bytes of files. */
export interface BytesKeys {
  readonly preimages: Preimages;
  /** Default: what was encrypted stays closed. */
  readonly secrets?: Secrets;
}

/** The earlier bytes of the files of changes, by the name of the change; what is not kept any more is left out. */
export async function openBytes(
  chosen: readonly ChosenChange[],
  keys: BytesKeys,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, KeptBytes>> {
  const opened = new Map<string, KeptBytes>();
  for (const { change } of chosen) {
    if (change.before.type !== "file") continue;
    const bytes = await bytesOf(change.before.preimage, keys, signal);
    if (bytes !== undefined) opened.set(change.op, bytes);
  }
  return opened;
}

/** A text of up to so many bytes is shown in plans. */
const SHOWN_BYTES = 64 * 1024;

async function bytesOf(
  preimage: Preimage,
  { preimages, secrets }: BytesKeys,
  signal: AbortSignal,
): Promise<KeptBytes | undefined> {
  const { key, isSealed, sizeBytes } = preimage;
  if (key === undefined || !(await preimages.has(key))) return undefined;
  if (isSealed !== true && sizeBytes > SHOWN_BYTES)
    return { sha256: key, chunks: (asked) => preimages.read(key, asked) };
  const parts: Uint8Array[] = [];
  for await (const part of preimages.read(key, signal)) parts.push(part);
  const kept = Buffer.concat(parts);
  const bytes = isSealed === true ? secrets?.unseal(kept) : kept;
  const found = bytes && inMemory(bytes, isSealed === true);
  // What is damaged is as good as gone.
  return isSealed === true || found?.sha256 === key ? found : undefined;
}

function inMemory(bytes: Uint8Array, isSealed: boolean): KeptBytes {
  const text = isSealed ? undefined : textOf(bytes);
  return {
    sha256: createHash("sha256").update(bytes).digest("hex"),
    ...(text === undefined ? {} : { text }),
    async *chunks() {
      yield bytes;
    },
  };
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // It is no text.
    return undefined;
  }
}
