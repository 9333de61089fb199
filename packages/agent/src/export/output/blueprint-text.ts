import { isJsonObject, type Json, type JsonObject } from "@holdfast/core";
import type { ExportEntry } from "../entry.ts";
import { fieldsOf } from "./fields-of.ts";
import { HEAD } from "./head.ts";

const INDENT = "  ";
const MOST_COLUMNS = 100;

/** An export as a blueprint in TypeScript, with a comment at each resource. */
export function blueprintText(name: string, entries: readonly ExportEntry[]): string {
  const hasHoles = entries.some(({ isHole }) => isHole);
  const head = HEAD.map((line) => ` * ${line.replaceAll("*/", "* /")}\n`).join("");
  return [
    `/**\n${head} */\n`,
    `import { blueprint } from "holdfast";\n`,
    hasHoles ? `// import { secret } from "holdfast";\n` : "",
    `\nexport default blueprint(${literal(name)}, (host) => {\n`,
    `${INDENT}if (host.os !== "linux") return;\n`,
    bodyOf(entries),
    "});\n",
  ].join("");
}

function bodyOf(entries: readonly ExportEntry[]): string {
  let section: string | undefined;
  return entries
    .map((entry) => {
      const title = entry.section === section ? "" : `\n${INDENT}// ${entry.section}\n\n`;
      section = entry.section;
      return `${title}${entry.isHole ? holeText(entry) : entryText(entry)}`;
    })
    .join("");
}

function entryText(entry: ExportEntry): string {
  const call = `${INDENT}${callText(entry)}`;
  const comment = commentText(entry.why);
  const isShort = !call.includes("\n") && call.length + comment.length + 4 <= MOST_COLUMNS;
  return isShort ? `${call} // ${comment}\n` : `${INDENT}// ${comment}\n${call}\n`;
}

function holeText(entry: ExportEntry): string {
  const comment = commentText(entry.why);
  const lines = callText(entry).split("\n");
  const body = lines
    .map((line, at) => `${INDENT}// ${at === 0 ? line : line.slice(INDENT.length)}\n`)
    .join("");
  return `${INDENT}// ${comment}. It may hold a secret: fill it in, and take the // away.\n${body}`;
}

function callText({ kind, name, spec, dependsOn }: ExportEntry): string {
  const meta = dependsOn.length === 0 ? [] : [objectText({ dependsOn }, INDENT)];
  const isBare = Object.keys(spec).length === 0 && meta.length === 0;
  const given = isBare ? [] : [objectText(spec, INDENT), ...meta];
  return `host.${methodOf(kind)}(${[literal(name), ...given].join(", ")});`;
}

/** `json-field` is `jsonField`, as the host has it. */
function methodOf(kind: string): string {
  return kind.replaceAll(/-(.)/g, (_found, letter: string) => letter.toUpperCase());
}

function objectText(data: JsonObject, indent: string): string {
  const fields = fieldsOf(data);
  const flow = fields.map(([field, value]) => `${keyOf(field)}: ${valueText(value, indent)}`);
  const short = fields.length === 0 ? "{}" : `{ ${flow.join(", ")} }`;
  if (!short.includes("\n") && short.length <= MOST_COLUMNS / 2) return short;
  const inner = `${indent}${INDENT}`;
  const lines = fields.map(([field, value]) => {
    return `${inner}${keyOf(field)}: ${valueText(value, inner)},\n`;
  });
  return `{\n${lines.join("")}${indent}}`;
}

function valueText(value: Json, indent: string): string {
  if (typeof value === "string") return textValue(value, indent);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (!isJsonObject(value)) return `[${value.map((one) => valueText(one, indent)).join(", ")}]`;
  const reference = value["$secret"];
  return typeof reference === "string"
    ? `secret(${literal(reference)})`
    : objectText(value, indent);
}

/** Several lines one below the other, so that a person reads them as they are in the file. */
function textValue(text: string, indent: string): string {
  const lines = text.split("\n");
  if (lines.length < 3) return literal(text);
  const inner = `${indent}${INDENT}`;
  return `[\n${lines.map((line) => `${inner}${literal(line)},\n`).join("")}${indent}].join("\\n")`;
}

function keyOf(field: string): string {
  return /^[A-Za-z_]\w*$/.test(field) ? field : literal(field);
}

/** JSON is a literal of the language too, but for what would end a line of it. */
function literal(text: string): string {
  return JSON.stringify(text).replaceAll(/[\u007f-\u009f\u2028\u2029\ufeff]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

function commentText(words: string): string {
  return words.toWellFormed().replaceAll(/[\p{Cc}\u2028\u2029\ufeff]/gu, "?");
}
