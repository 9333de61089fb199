import { isJsonObject, type Json, type JsonObject } from "@holdfast/core";
import { fieldsOf } from "./fields-of.ts";

/** Flow forms that are longer than this are written on several lines. */
const MOST_COLUMNS = 88;
/** Words that are a text in every reading, quoted or not: ours has no other meaning for them. */
const PLAIN = /^(?:[A-Za-z/$][A-Za-z0-9_./@+-]*)(?: [A-Za-z0-9_./@+-]+)*$/;
/** What YAML of one version or another takes for something else than a text. */
const SPECIAL = /^(?:y|n|yes|no|on|off|true|false|null|nan|inf|~)$/i;

/**
 * A mapping in block form, one line or more for each field, indented. What it prints is read back as the same data by the
 * reader of manifests.
 */
export function yamlMapping(data: JsonObject, indent: number): string {
  return fieldsOf(data)
    .map(([field, value]) => `${" ".repeat(indent)}${yamlText(field)}:${yamlField(value, indent)}`)
    .join("");
}

/** A value behind a colon, with the end of its line. */
function yamlField(value: Json, indent: number): string {
  const flow = yamlFlow(value);
  if (typeof value === "string") return textField(value, indent);
  const isShort = indent + flow.length <= MOST_COLUMNS && !flow.includes("\\n");
  if (typeof value !== "object" || value === null || isShort) return ` ${flow}\n`;
  if (isJsonObject(value)) return `\n${yamlMapping(value, indent + 2)}`;
  const lines = value.map((one) => `${" ".repeat(indent + 2)}- ${yamlFlow(one)}\n`);
  return `\n${lines.join("")}`;
}

/** Several lines as a block, so that a person reads them as they are in the file. */
function textField(text: string, indent: number): string {
  if (!text.includes("\n") || !isBlockText(text)) return ` ${yamlText(text)}\n`;
  const [, ending = ""] = /(\n*)$/.exec(text) ?? [];
  const chomping = ending === "" ? "-" : ending === "\n" ? "" : "+";
  const space = " ".repeat(indent + 2);
  const lines = (ending === "" ? text : text.slice(0, -1)).split("\n");
  const body = lines.map((line) => (line === "" ? "\n" : `${space}${line}\n`)).join("");
  return ` |${indicator(text)}${chomping}\n${body}`;
}

/** A first line that begins with a blank, or is empty, does not tell how far the block is indented. */
function indicator(text: string): string {
  return /^[ \n]/.test(text) ? "2" : "";
}

/** Neither a control character nor anything that breaks a line elsewhere; a text of line ends alone has no first line. */
function isBlockText(text: string): boolean {
  return !/[^\P{Cc}\n\t]|[\u2028\u2029\ufeff\ufffe\uffff\p{Cs}]/u.test(text) && /[^\n]/.test(text);
}

/** A value in one line. */
export function yamlFlow(value: Json): string {
  if (typeof value === "string") return yamlText(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (!isJsonObject(value)) return `[${value.map(yamlFlow).join(", ")}]`;
  const fields = fieldsOf(value).map(([field, inner]) => `${yamlText(field)}: ${yamlFlow(inner)}`);
  return fields.length === 0 ? "{}" : `{ ${fields.join(", ")} }`;
}

/** A text in one line: plain where it can only be a text, else as JSON, which YAML reads alike. */
export function yamlText(text: string): string {
  if (PLAIN.test(text) && !SPECIAL.test(text)) return text;
  return JSON.stringify(text).replaceAll(/[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
