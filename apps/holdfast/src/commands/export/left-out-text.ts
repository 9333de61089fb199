import { showBytes } from "@holdfast/core";
import type { LeftOut, LeftOutReason } from "@holdfast/agent/export";

/** How many of a reason are named unless each was asked for. */
const MOST_NAMED = 5;

/** The reasons in the order in which they matter to a person, in words behind a count. */
const WORDS: readonly (readonly [LeftOutReason, string])[] = [
  ["unreadable", "could not be read"],
  ["secret", "may hold a secret"],
  ["indescribable", "could not be written down"],
  ["unsteady", "would not stay as it is"],
  ["bounded", "more than one export holds"],
  ["ignored", "left out by --ignore"],
  ["generated", "written by programs themselves, or of this machine alone"],
  ["default", "not chosen by anybody, as far as is known: --all exports these too"],
];

/** These are many, and one of them is seldom missed. */
const COUNTED: ReadonlySet<LeftOutReason> = new Set(["generated", "default"]);

/** What was exported. */
export interface LeftOutRequest {
  readonly exported: number;
  readonly leftOut: readonly LeftOut[];
  /** Name each thing, also defaults that were not chosen. */
  readonly isVerbose: boolean;
}

/** What was exported and what was left out, and why, in lines for people. */
export function leftOutText({ exported, leftOut, isVerbose }: LeftOutRequest): string {
  const resources = exported === 1 ? "resource" : "resources";
  const lines = WORDS.flatMap(([reason, words]) => {
    const found = leftOut.filter((one) => one.reason === reason);
    if (found.length === 0) return [];
    const isNamed = isVerbose || !COUNTED.has(reason);
    const named = isNamed ? linesOf(found) : [];
    const shownLines = isVerbose ? named : named.slice(0, MOST_NAMED);
    const rest = named.length - shownLines.length;
    const more = rest > 0 ? [`    and for ${rest} more reasons, which --verbose names`] : [];
    return [`  ${found.length} ${words}`, ...shownLines, ...more];
  });
  const head = lines.length === 0 ? "Nothing was left out." : "Left out:";
  return `Exported ${exported} ${resources}. ${head}\n${lines.map((line) => `${line}\n`).join("")}`;
}

/** What was left out for the same cause is named in one line. */
function linesOf(found: readonly LeftOut[]): readonly string[] {
  const byDetail = Map.groupBy(found, ({ detail = "" }) => detail);
  return [...byDetail].map(([detail, all]) => {
    const names = all.slice(0, MOST_NAMED).map(({ what }) => what);
    const more = all.length > names.length ? ` and ${all.length - names.length} more` : "";
    return shown(`    ${names.join(", ")}${more}${detail === "" ? "" : `: ${detail}`}`);
  });
}

/** Nothing that a terminal would obey. */
function shown(text: string): string {
  return showBytes(text).replaceAll(/\p{Cc}/gu, "\ufffd");
}
