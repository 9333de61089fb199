import { Fault } from "../fault/fault.ts";
import { joinLines, splitLines, type TextLine, usualEnding } from "./text-lines.ts";

/** What a line means in its format. */
export type LineMeaning<Entry> =
  | { readonly type: "entry"; readonly entry: Entry }
  /** A comment, an empty line, or a line for somebody else, such as the `+` lines of NIS. */
  | { readonly type: "other" }
  /** Neither; `why` completes "line 7 …" and repeats nothing of the line, which may be secret. */
  | { readonly type: "broken"; readonly why: string };

/** What one kind of text database knows. Every text in it is a byte string: one character for each byte. */
export interface LineFormat<Entry> {
  parse(text: string): LineMeaning<Entry>;
  /** A new line for an entry, without its ending. */
  print(entry: Entry): string;
  /** The line `text`, saying `entry` now: spacing and comments of it stay. Default: a new line. */
  update?(text: string, entry: Entry): string;
  /** The key that distinguishes entries: there is at most one of a key that counts. */
  keyOf(entry: Entry): string;
  /** Which of several lines of one key counts for those who read the database. */
  readonly counts: "first" | "last";
  /** Whether a carriage return before the newline belongs to the ending, or to the last field as for the C library. */
  readonly carriageReturn: "ending" | "field";
}

/** A line with what it means. */
export interface TableLine<Entry> extends TextLine {
  readonly meaning: LineMeaning<Entry>;
}

/** A text database in memory. Printing it gives back every byte that no edit touched. */
export interface TextTable<Entry> {
  readonly format: LineFormat<Entry>;
  readonly lines: readonly TableLine<Entry>[];
}

/** A line that is kept but not understood. */
export interface BrokenLine {
  /** From 1. */
  readonly line: number;
  /** Completes "line 7 …". */
  readonly why: string;
}

/** Reads a text database. Nothing in it is refused: what is not understood is kept as it is. */
export function parseTable<Entry>(content: string, format: LineFormat<Entry>): TextTable<Entry> {
  const lines = splitLines(content).map((line) => readLine(line, format));
  return { format, lines };
}

/** The content of a text database. `printTable(parseTable(content))` is `content`, whatever that is. */
export function printTable<Entry>(table: TextTable<Entry>): string {
  return joinLines(table.lines);
}

/** Every entry in the order of the lines, those of the same key too. */
export function entriesOf<Entry>(table: TextTable<Entry>): readonly Entry[] {
  return table.lines.flatMap(({ meaning }) => (meaning.type === "entry" ? [meaning.entry] : []));
}

/** The entry of a key that counts; `undefined` when there is none. */
export function findEntry<Entry>(table: TextTable<Entry>, key: string): Entry | undefined {
  const meaning = table.lines[positionOf(table, key)]?.meaning;
  return meaning?.type === "entry" ? meaning.entry : undefined;
}

/** The lines that are neither entries nor anybody else's. */
export function brokenLines<Entry>(table: TextTable<Entry>): readonly BrokenLine[] {
  return table.lines.flatMap(({ meaning }, position) =>
    meaning.type === "broken" ? [{ line: position + 1, why: meaning.why }] : [],
  );
}

/**
 * Makes the table say `entry`: the line of its key that counts is changed, or a line is added after the last entry. No
 * other line changes, but that a newline is put behind one that had none and is no longer the last. Nothing changes
 * when the table says so already.
 * @throws {Fault} InputInvalid, when no line of this format can say it.
 */
export function putEntry<Entry>(table: TextTable<Entry>, entry: Entry): TextTable<Entry> {
  const position = positionOf(table, table.format.keyOf(entry));
  return position < 0 ? addEntry(table, entry) : changeLine(table, position, entry);
}

/**
 * Adds a line after the last entry, whatever lines of its key there are. For tables in which a key does not identify the
 * line.
 * @throws {Fault} InputInvalid, when no line of this format can say it.
 */
export function addEntry<Entry>(table: TextTable<Entry>, entry: Entry): TextTable<Entry> {
  const { format } = table;
  const ending = endingFor(table);
  const added = writtenLine({ text: format.print(entry), ending }, entry, format);
  const last = table.lines.findLastIndex(({ meaning }) => meaning.type === "entry");
  const at = last < 0 ? table.lines.length : last + 1;
  const before = table.lines
    .slice(0, at)
    .map((line) => (line.ending === "" ? { ...line, ending } : line));
  return { format, lines: [...before, added, ...table.lines.slice(at)] };
}

/**
 * Makes the line of `current`, which is one of the table's own entries, say `entry`; it may change its key. For tables in
 * which a key does not identify the line.
 * @throws {Fault} InputInvalid, when no line of this format can say it.
 */
export function changeEntry<Entry>(
  table: TextTable<Entry>,
  current: Entry,
  entry: Entry,
): TextTable<Entry> {
  const position = table.lines.findIndex(({ meaning }) => isEntry(meaning, current));
  return position < 0 ? table : changeLine(table, position, entry);
}

/** Takes the lines of these away, which are the table's own entries. */
export function withoutEntries<Entry>(
  table: TextTable<Entry>,
  entries: readonly Entry[],
): TextTable<Entry> {
  const { format } = table;
  const isKept = ({ meaning }: TableLine<Entry>): boolean =>
    !entries.some((entry) => isEntry(meaning, entry));
  return { format, lines: table.lines.filter(isKept) };
}

function isEntry<Entry>(meaning: LineMeaning<Entry>, entry: Entry): boolean {
  return meaning.type === "entry" && meaning.entry === entry;
}

function changeLine<Entry>(
  table: TextTable<Entry>,
  position: number,
  entry: Entry,
): TextTable<Entry> {
  const { format, lines } = table;
  const present = lines[position];
  if (present === undefined || saysEntry(present.meaning, entry, format)) return table;
  const text = format.update?.(present.text, entry) ?? format.print(entry);
  const changed = writtenLine({ text, ending: present.ending || endingFor(table) }, entry, format);
  return { format, lines: lines.with(position, changed) };
}

/** Takes every line of a key away. Nothing changes when there is none. */
export function removeEntry<Entry>(table: TextTable<Entry>, key: string): TextTable<Entry> {
  const { format } = table;
  const lines = table.lines.filter(({ meaning }) => !hasKey(meaning, key, format));
  return lines.length === table.lines.length ? table : { format, lines };
}

function readLine<Entry>(line: TextLine, format: LineFormat<Entry>): TableLine<Entry> {
  const isField = line.ending === "\r\n" && format.carriageReturn === "field";
  const { text, ending } = isField ? { text: `${line.text}\r`, ending: "\n" as const } : line;
  return { text, ending, meaning: format.parse(text) };
}

/** A line of ours. What is written must be read back as what was meant, or a value smuggles in undeclared lines. */
function writtenLine<Entry>(
  line: TextLine,
  entry: Entry,
  format: LineFormat<Entry>,
): TableLine<Entry> {
  const meaning = format.parse(line.text);
  if (/[\n\0]/.test(line.text) || !saysEntry(meaning, entry, format)) throw unwritable();
  return { ...line, meaning };
}

function saysEntry<Entry>(
  meaning: LineMeaning<Entry> | undefined,
  entry: Entry,
  format: LineFormat<Entry>,
): boolean {
  return meaning?.type === "entry" && format.print(meaning.entry) === format.print(entry);
}

function positionOf<Entry>({ format, lines }: TextTable<Entry>, key: string): number {
  const isIt = ({ meaning }: TableLine<Entry>): boolean => hasKey(meaning, key, format);
  return format.counts === "first" ? lines.findIndex(isIt) : lines.findLastIndex(isIt);
}

function hasKey<Entry>(
  meaning: LineMeaning<Entry>,
  key: string,
  format: LineFormat<Entry>,
): boolean {
  return meaning.type === "entry" && format.keyOf(meaning.entry) === key;
}

function endingFor<Entry>({ format, lines }: TextTable<Entry>): "\n" | "\r\n" {
  return format.carriageReturn === "field" ? "\n" : usualEnding(lines);
}

function unwritable(): Fault {
  return new Fault({
    reason: "InputInvalid",
    message:
      "the entry cannot be written as one line of its file: a value has a character that ends it",
    resolution: "Take line breaks and the separators of the file out of the values.",
  });
}
