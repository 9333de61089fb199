import {
  type AuthorizedKeyEntry,
  authorizedKeyFormat,
  authorizedKeyId,
  entriesOf,
  parseTable,
  printTable,
  putEntry,
  removeEntry,
  type TableLine,
  type TextTable,
} from "@holdfast/core";
import { comparableOptions, type SshKeySpec } from "./spec.ts";

type KeyTable = TextTable<AuthorizedKeyEntry>;

/** Reads a file of authorized keys, a byte string. */
export function parseKeys(content: string): KeyTable {
  return parseTable(content, authorizedKeyFormat);
}

/** The lines of one key, in their order: sshd takes the first that lets somebody in, so that a second one counts too. */
export function linesOfKey(
  table: KeyTable,
  key: AuthorizedKeyEntry,
): readonly AuthorizedKeyEntry[] {
  const id = authorizedKeyId(key);
  return entriesOf(table).filter((entry) => authorizedKeyId(entry) === id);
}

/** Lines that are keys, or were meant to be, and are none of the declared ones. */
export function otherLines(
  table: KeyTable,
  { keys }: SshKeySpec,
): readonly TableLine<AuthorizedKeyEntry>[] {
  const ids = new Set(keys.map(authorizedKeyId));
  return table.lines.filter(({ meaning }) => isOther(meaning, ids));
}

/** The file with what is declared in it, or without; every other byte stays. */
export function editKeys(content: string, spec: SshKeySpec): string {
  let table = parseKeys(content);
  for (const key of spec.keys) {
    table = spec.isAbsent ? removeEntry(table, authorizedKeyId(key)) : withKey(table, key, spec);
  }
  if (!spec.isExclusive) return printTable(table);
  const others = new Set(otherLines(table, spec));
  return printTable({ ...table, lines: table.lines.filter((line) => !others.has(line)) });
}

function withKey(table: KeyTable, key: AuthorizedKeyEntry, spec: SshKeySpec): KeyTable {
  const [current] = linesOfKey(table, key);
  return withoutRepeated(putEntry(table, wantedEntry(key, current, spec)), key);
}

function wantedEntry(
  key: AuthorizedKeyEntry,
  current: AuthorizedKeyEntry | undefined,
  { options, comment }: SshKeySpec,
): AuthorizedKeyEntry {
  const before = current ?? key;
  const isSame =
    options === undefined || comparableOptions(before.options) === comparableOptions(options);
  return {
    ...before,
    options: isSame ? before.options : options,
    comment: comment ?? before.comment,
  };
}

function withoutRepeated(table: KeyTable, key: AuthorizedKeyEntry): KeyTable {
  const id = authorizedKeyId(key);
  let count = 0;
  const lines = table.lines.filter(({ meaning }) => {
    if (meaning.type !== "entry" || authorizedKeyId(meaning.entry) !== id) return true;
    count += 1;
    return count === 1;
  });
  return { ...table, lines };
}

function isOther(
  meaning: TableLine<AuthorizedKeyEntry>["meaning"],
  ids: ReadonlySet<string>,
): boolean {
  if (meaning.type === "entry") return !ids.has(authorizedKeyId(meaning.entry));
  return meaning.type === "broken";
}
