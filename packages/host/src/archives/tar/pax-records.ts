import { invalidArchive } from "../archive-faults.ts";

/** What a pax header says of the entry after it, as far as extraction cares. */
export interface PaxRecords {
  readonly path?: string;
  readonly linkPath?: string;
  readonly sizeBytes?: number;
  readonly isSparse: boolean;
}

const text = new TextDecoder();

/**
 * Reads records `LENGTH KEY=VALUE\n`, of which the last of a key counts.
 * @throws {Fault} ArchiveInvalid.
 */
export function parsePax(bytes: Uint8Array): PaxRecords {
  const values = new Map<string, string>();
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at);
    const length = Number(text.decode(bytes.subarray(at, Math.max(space, at))));
    const end = at + length;
    const isWhole = Number.isInteger(length) && space < end && bytes[end - 1] === 0x0a;
    if (!isWhole || space < 0 || length < 1) throw invalidArchive("a pax header makes no sense");
    const record = text.decode(bytes.subarray(space + 1, end - 1));
    const equals = record.indexOf("=");
    if (equals < 1) throw invalidArchive("a pax header makes no sense");
    values.set(record.slice(0, equals), record.slice(equals + 1));
    at = end;
  }
  return recordsOf(values);
}

function recordsOf(values: ReadonlyMap<string, string>): PaxRecords {
  const [path, linkPath, size] = [values.get("path"), values.get("linkpath"), values.get("size")];
  if (size !== undefined && !/^\d{1,15}$/.test(size)) {
    throw invalidArchive("a pax header makes no sense");
  }
  return {
    ...(path === undefined ? {} : { path }),
    ...(linkPath === undefined ? {} : { linkPath }),
    ...(size === undefined ? {} : { sizeBytes: Number(size) }),
    isSparse: [...values.keys()].some((key) => key.startsWith("GNU.sparse.")),
  };
}
