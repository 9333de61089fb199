import {
  type Change,
  change,
  changeEntry,
  type FstabEntry,
  type Json,
  putEntry,
  withoutEntries,
} from "@holdfast/core";
import { readableText } from "../byte-text.ts";
import type { FstabTable } from "./fstab-file.ts";
import { shownWords } from "./option-words.ts";

/** The part of a resource that counts at boot. */
export const PERSISTED = "persisted";

/** A line as it should be. An `undefined` field is left as it is; in a new line it has fstab's default. */
export interface DeclaredLine {
  readonly source: string;
  readonly mountPoint: string;
  readonly type: string | undefined;
  readonly options: readonly string[] | undefined;
  readonly dump: number | undefined;
  readonly pass: number | undefined;
}

/** Compares one line with what is declared; options as a set. A spec without a line wants none. */
export function diffLine(
  declared: DeclaredLine | undefined,
  line: FstabEntry | undefined,
): readonly Change[] {
  if (declared === undefined) {
    return line === undefined ? [] : [change(`${PERSISTED}.state`, "present", "absent")];
  }
  if (line === undefined) {
    const { source, type, options } = lineFrom(declared, undefined);
    const words = readableText([source, type, options.join(",")].join(" "));
    return [change(`${PERSISTED}.state`, "absent", words)];
  }
  return [
    ...differing("source", line.source, declared.source),
    ...differing("type", line.type, declared.type),
    ...diffOptions(line.options, declared.options),
    ...differing("dump", line.dump, declared.dump),
    ...differing("pass", line.pass, declared.pass),
  ];
}

/** The table with the line as declared, or without it; every other byte stays. */
export function editLine(
  table: FstabTable,
  declared: DeclaredLine | undefined,
  lines: readonly FstabEntry[],
): FstabTable {
  if (declared === undefined) return withoutEntries(table, lines);
  const [line] = lines;
  const wanted = lineFrom(declared, line);
  return line === undefined ? putEntry(table, wanted) : changeEntry(table, line, wanted);
}

/** Options as they are compared in a line: `defaults` says nothing, nor `sw` of swap space, nor the order. */
export function optionSet(options: readonly string[]): readonly string[] {
  return [...new Set(options)].filter((word) => !SILENT.has(word)).toSorted();
}

const SILENT = new Set(["defaults", "sw", ""]);

function lineFrom(declared: DeclaredLine, line: FstabEntry | undefined): FstabEntry {
  const { source, mountPoint, type, dump, pass } = declared;
  const before = line?.options ?? ["defaults"];
  const isSame = declared.options === undefined || isSameSet(declared.options, before);
  const options = isSame ? before : (declared.options ?? []);
  return {
    source,
    mountPoint: line?.mountPoint ?? mountPoint,
    type: type ?? line?.type ?? "auto",
    options: options.length === 0 ? ["defaults"] : options,
    dump: dump ?? line?.dump ?? 0,
    pass: pass ?? line?.pass ?? 0,
  };
}

function diffOptions(
  found: readonly string[],
  declared: readonly string[] | undefined,
): readonly Change[] {
  if (declared === undefined || isSameSet(found, declared)) return [];
  return [change(`${PERSISTED}.options`, words(found), words(declared))];
}

function words(options: readonly string[]): string {
  return shownWords(optionSet(options).map(readableText));
}

function isSameSet(one: readonly string[], other: readonly string[]): boolean {
  return optionSet(one).join("\n") === optionSet(other).join("\n");
}

function differing(
  field: string,
  found: string | number,
  declared: string | number | undefined,
): readonly Change[] {
  if (declared === undefined || found === declared) return [];
  const shown = (value: string | number): Json =>
    typeof value === "string" ? readableText(value) : value;
  return [change(`${PERSISTED}.${field}`, shown(found), shown(declared))];
}
