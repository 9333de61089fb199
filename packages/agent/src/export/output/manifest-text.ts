import { API_VERSION, type JsonObject } from "@holdfast/core";
import type { ExportEntry } from "../entry.ts";
import { HEAD } from "./head.ts";
import { yamlFlow, yamlMapping, yamlText } from "./yaml-value.ts";

const INDENT = 4;
/** Resources that fit are written in one line, with their comment behind. */
const MOST_COLUMNS = 100;

/** An export as a manifest in YAML, with a comment at each resource. */
export function manifestText(name: string, entries: readonly ExportEntry[]): string {
  const head = HEAD.map((line) => `# ${line}\n`).join("");
  const header = `apiVersion: ${API_VERSION}\nkind: Manifest\nmetadata: { name: ${yamlText(name)} }\n`;
  const isEmpty = entries.every(({ isHole }) => isHole);
  const resources = isEmpty ? "resources: []\n" : "resources:\n";
  return `${head}\n${header}${resources}${bodyOf(entries)}`;
}

function bodyOf(entries: readonly ExportEntry[]): string {
  let section: string | undefined;
  let text = "\n";
  for (const entry of entries) {
    // Empty lines behind a text that ends with some would be of the text.
    const space = text.endsWith("\n\n") || text === "\n" ? "" : "\n";
    if (entry.section !== section) text += `${space}  # ${entry.section}\n\n`;
    section = entry.section;
    text += entry.isHole ? holeText(entry) : entryText(entry);
  }
  return text;
}

function entryText(entry: ExportEntry): string {
  const { kind, name, why } = entry;
  const details = detailsOf(entry);
  const short = `  - ${yamlFlow({ kind, name, ...details })}`;
  const comment = commentText(why);
  if (short.length + comment.length + 3 <= MOST_COLUMNS && !short.includes("\\n")) {
    return `${short} # ${comment}\n`;
  }
  const fields = yamlMapping({ kind, name, ...details }, INDENT);
  return `  # ${comment}\n  - ${fields.slice(INDENT)}`;
}

/** The same behind `#`, so that it can be opened by taking that away. */
function holeText(entry: ExportEntry): string {
  const { kind, name, why } = entry;
  const fields = yamlMapping({ kind, name, ...detailsOf(entry) }, INDENT);
  const lines = `- ${fields.slice(INDENT)}`.trimEnd().split("\n");
  const body = lines.map((line, at) => `  # ${at === 0 ? line : line.slice(2)}\n`).join("");
  return `  # ${commentText(why)}. It may hold a secret: fill it in, and take the # away.\n${body}`;
}

function detailsOf({ spec, dependsOn }: ExportEntry): JsonObject {
  return {
    ...(Object.keys(spec).length === 0 ? {} : { spec }),
    ...(dependsOn.length === 0 ? {} : { meta: { dependsOn } }),
  };
}

/** One line, whatever is in it. */
function commentText(words: string): string {
  return words.toWellFormed().replaceAll(/[\p{Cc}\u2028\u2029\ufeff\ufffe\uffff]/gu, "?");
}
