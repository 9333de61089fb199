import type { LineFormat, LineMeaning } from "./text-table.ts";

/** An option before a key, e.g. `command="…"` or `no-pty`. */
export interface KeyOption {
  readonly name: string;
  /** Without its quotes; `undefined` for an option that has none. */
  readonly value?: string;
}

/** One line of authorized_keys (sshd(8)). */
export interface AuthorizedKeyEntry {
  readonly options: readonly KeyOption[];
  /** E.g. `ssh-ed25519`. */
  readonly type: string;
  /** The key itself in base64. */
  readonly blob: string;
  readonly comment: string;
}

const TYPE = /^(?:ssh|ecdsa|sk|rsa|webauthn)-[A-Za-z0-9@.-]+$/;
/** One option: a name, and perhaps a value in which quotes hide commas and blanks. */
const OPTION = /([A-Za-z0-9-]+)(?:=(?:"((?:[^"\\]|\\.)*)"|([^",\s]*)))?(,|$)/y;

/** A file of authorized keys. Type and key are the key of an entry; options and comment are fields. */
export const authorizedKeyFormat: LineFormat<AuthorizedKeyEntry> = {
  counts: "first",
  carriageReturn: "ending",
  keyOf: authorizedKeyId,
  print: ({ options, type, blob, comment }) =>
    [options.map(printOption).join(","), type, blob, comment]
      .filter((part) => part !== "")
      .join(" "),
  update(text, entry) {
    const before = splitLine(text);
    const isSame = printOptions(parseOptions(before.options) ?? []) === printOptions(entry.options);
    // The quotes of options that stay are left as somebody wrote them.
    const options = isSame ? before.options : printOptions(entry.options);
    const { type, blob, comment } = entry;
    return [options, type, blob, comment].filter((part) => part !== "").join(" ");
  },
  parse: parseLine,
};

/** What a key is found by, whatever its options and its comment are. */
export function authorizedKeyId({ type, blob }: AuthorizedKeyEntry): string {
  return `${type} ${blob}`;
}

function parseLine(text: string): LineMeaning<AuthorizedKeyEntry> {
  if (/^\s*(?:$|#)/.test(text)) return { type: "other" };
  const { type, blob, comment, ...written } = splitLine(text);
  const options = parseOptions(written.options);
  if (options === undefined) return { type: "broken", why: "has options that cannot be read" };
  if (!TYPE.test(type)) return { type: "broken", why: "has no type of key" };
  if (typeInBlob(blob) !== type) return { type: "broken", why: "has no key of its type" };
  return { type: "entry", entry: { options, type, blob, comment } };
}

/** The parts of a line. As for sshd, options are there when it does not begin with a type of key. */
function splitLine(text: string): {
  readonly options: string;
  readonly type: string;
  readonly blob: string;
  readonly comment: string;
} {
  const line = text.trim();
  const first = line.slice(0, endOfOptions(line));
  const options = TYPE.test(first) ? "" : first;
  const rest = line.slice(options.length).trimStart();
  const [, type = "", blob = "", comment = ""] = /^(\S*)\s*(\S*)\s*(.*)$/s.exec(rest) ?? [];
  return { options, type, blob, comment };
}

/** Where the first part of a line ends: at a blank outside of quotes. */
function endOfOptions(line: string): number {
  let isQuoted = false;
  for (let at = 0; at < line.length; at++) {
    const character = line.charAt(at);
    if (character === "\\" && line.charAt(at + 1) === '"') at += 1;
    else if (character === '"') isQuoted = !isQuoted;
    else if (!isQuoted && /\s/.test(character)) return at;
  }
  return line.length;
}

function parseOptions(text: string): readonly KeyOption[] | undefined {
  const options: KeyOption[] = [];
  for (let at = 0; at < text.length; ) {
    OPTION.lastIndex = at;
    const found = OPTION.exec(text);
    if (found === null) return undefined;
    const [whole, name = "", quoted, bare] = found;
    const value = quoted?.replaceAll('\\"', '"') ?? bare;
    options.push(value === undefined ? { name } : { name, value });
    at += whole.length;
  }
  return text.endsWith(",") ? undefined : options;
}

function printOptions(options: readonly KeyOption[]): string {
  return options.map(printOption).join(",");
}

function printOption({ name, value }: KeyOption): string {
  return value === undefined ? name : `${name}="${value.replaceAll('"', '\\"')}"`;
}

/** The type that a key says of itself: a length in four bytes, then the name. */
function typeInBlob(blob: string): string | undefined {
  if (!/^[A-Za-z0-9+/]{8,}={0,2}$/.test(blob) || blob.length % 4 !== 0) return undefined;
  const bytes = atob(blob);
  const length = (bytes.charCodeAt(2) << 8) | bytes.charCodeAt(3);
  return bytes.slice(4, 4 + length);
}
