import { type Change, change, type Json, type KeyOption } from "@holdfast/core";
import { formatMode } from "../attributes/file-mode.ts";
import { readableText } from "../byte-text.ts";
import { acceptedMode, isAcceptedMode } from "./key-place.ts";
import { type ObservedKey, shownKey, type SshKeyObserved } from "./observe.ts";
import { comparableOptions, optionText, type SshKeySpec } from "./spec.ts";

/** Compares by key, not by text: how a line is written, and in what order lines stand, is no difference. */
export function diffSshKey(
  spec: SshKeySpec,
  observed: SshKeyObserved | undefined,
): readonly Change[] {
  const lines = observed?.keys ?? [];
  if (spec.isAbsent) {
    const there = spec.keys.filter((_, position) => (lines[position]?.length ?? 0) > 0);
    return there.length === 0 ? [] : [change("key", there.map(shownKey), undefined)];
  }
  const missing = spec.keys.filter((_, position) => (lines[position]?.length ?? 0) === 0);
  const repeated = spec.keys.filter((_, position) => (lines[position]?.length ?? 0) > 1);
  const others = observed?.others ?? [];
  return [
    ...(missing.length === 0 ? [] : [change("key", undefined, missing.map(shownKey))]),
    ...(repeated.length === 0 ? [] : [change("repeated", repeated.map(shownKey), undefined)]),
    ...diffOptions(spec, lines),
    ...diffComment(spec, lines),
    ...(others.length === 0 ? [] : [change("exclusive", others, undefined)]),
    ...diffMode("mode", observed?.mode),
    ...diffMode("directory.mode", observed?.directoryMode),
    ...(observed?.isUngiven === true ? [change("directory.owner", "root", spec.user)] : []),
  ];
}

/** What is of the keys as a short text. */
export function fingerprintSshKey(observed: SshKeyObserved): string {
  return JSON.stringify(observed);
}

/** Of a key that is missing too, so that the plan shows what it will be allowed. */
function diffOptions(
  { options, keys }: SshKeySpec,
  lines: readonly (readonly ObservedKey[])[],
): readonly Change[] {
  if (options === undefined) return [];
  const wrong = keys
    .map((_, position) => lines[position]?.[0])
    .find((line) => !isSameOptions(line?.options ?? [], options));
  return wrong === undefined && keys.length === lines.length && lines.every(isThere)
    ? []
    : differing("options", wrong && textOf(wrong.options), textOf(options));
}

function isSameOptions(one: readonly KeyOption[], other: readonly KeyOption[]): boolean {
  return comparableOptions(one) === comparableOptions(other);
}

function isThere(lines: readonly ObservedKey[]): boolean {
  return lines.length > 0;
}

function diffComment(
  { comment }: SshKeySpec,
  [lines = []]: readonly (readonly ObservedKey[])[],
): readonly Change[] {
  const [first] = lines;
  if (comment === undefined || first?.comment === comment) return [];
  return differing("comment", first && readableText(first.comment), readableText(comment));
}

function differing(path: string, from: Json | undefined, to: Json): readonly Change[] {
  return from === to ? [] : [change(path, from, to)];
}

function diffMode(path: string, mode: number | undefined): readonly Change[] {
  if (mode === undefined || isAcceptedMode(mode)) return [];
  return [change(path, formatMode(mode), formatMode(acceptedMode(mode)))];
}

function textOf(options: readonly KeyOption[]): string {
  return readableText(options.map(optionText).join(","));
}
