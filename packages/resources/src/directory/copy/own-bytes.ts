import { fingerprintOf } from "../../fingerprint.ts";
import type { CopySpec, FoundEntry, ObservedCopy, WantedEntry } from "./copied-entry.ts";
import { copySteps } from "./copy-steps.ts";

/** The digests of so many entries are remembered: they are kept by the ledger. */
const MOST_REMEMBERED = 2_048;
const DIGEST_LENGTH = 8;
const PART = /(?:^| )own:(?<digests>[0-9a-f]*)$/;

/**
 * The files and links that are as in the source, as the last part of a fingerprint: a short digest of each, by its path. After an
 * apply that is all that we wrote. Beyond 2,048 entries none is remembered.
 */
export function ownBytesText({ wanted, found }: ObservedCopy): string {
  const there = new Map(found.map((entry) => [entry.path, entry]));
  const own = wanted.flatMap((entry) => {
    const text = bytesText(entry.path, there.get(entry.path)?.reading);
    return text !== undefined && text === bytesText(entry.path, entry) ? [digestOf(text)] : [];
  });
  return `own:${own.length > MOST_REMEMBERED ? "" : own.join("")}`;
}

/**
 * Whether all bytes that the copy would overwrite are those that it had when its last fingerprint was taken. What is not known to
 * be so counts as somebody else's.
 */
export function overwritesOnlyOwn(
  spec: CopySpec,
  copy: ObservedCopy,
  lastFingerprint: string | undefined,
): boolean {
  const overwritten = copySteps(spec, copy).changed.filter(({ fields }) =>
    fields.some((field) => field === "content" || field === "target"),
  );
  if (overwritten.length === 0) return true;
  const own = digestsIn(lastFingerprint);
  const found = new Map(copy.found.map((entry) => [entry.path, entry]));
  return overwritten.every(({ wanted: { path } }) => {
    const text = bytesText(path, found.get(path)?.reading);
    return text !== undefined && own.has(digestOf(text));
  });
}

/** `undefined` for what has no bytes, and where they are not known. */
function bytesText(path: string, reading: FoundEntry["reading"] | WantedEntry): string | undefined {
  const bytes = reading?.sha256 ?? reading?.linkTarget;
  return bytes === undefined ? undefined : [path, reading?.entry.type, bytes].join("\0");
}

function digestOf(text: string): string {
  return fingerprintOf(text).slice(-DIGEST_LENGTH);
}

function digestsIn(fingerprint = ""): ReadonlySet<string> {
  const { digests = "" } = PART.exec(fingerprint)?.groups ?? {};
  const count = digests.length / DIGEST_LENGTH;
  const at = (position: number): string =>
    digests.slice(position * DIGEST_LENGTH, (position + 1) * DIGEST_LENGTH);
  return new Set(Array.from({ length: count }, (_, position) => at(position)));
}
