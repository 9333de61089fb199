import {
  type AnyKind,
  isJsonObject,
  type Json,
  type JsonObject,
  manifestJsonSchema,
} from "@holdfast/core";
import { createStandardCatalog, listStandardKinds } from "@holdfast/resources";

const NOTE = "<!-- Made by `npm run kinds`. -->";

/** The pages that are derived from the kinds, by their paths in the repository. */
export function kindPages(): Readonly<Record<string, string>> {
  return {
    "docs/guide/kinds/README.md": overview(listStandardKinds()),
    "docs/reference/kinds.md": reference(listStandardKinds()),
  };
}

function overview(kinds: readonly AnyKind[]): string {
  const rows = kinds.map(({ kind, summary, support }) => [
    `[${kind}](${kind}.md)`,
    summary.replace(/\.$/, ""),
    support.built.join(", ") || "not built",
    support.verified.join(", ") || "nowhere yet",
  ]);
  return `${NOTE}

# Kinds

What can be declared. Each has a page; all fields are in the [reference](../../reference/kinds.md).

${table(["kind", "what it keeps", "built for", "verified on"], rows)}
`;
}

function reference(kinds: readonly AnyKind[]): string {
  const definitions = objectIn(manifestJsonSchema(createStandardCatalog()), "$defs");
  const sections = kinds.map(({ kind, summary, operations = {} }) => {
    const spec = objectIn(objectIn(objectIn(definitions, kind), "properties"), "spec");
    return `## ${kind}

${summary} [Guide](../guide/kinds/${kind}.md).

${table(["field", "takes", "meaning"], fieldRows(spec))}
${operationsOf(kind, operations)}`;
  });
  return `${NOTE}

# The fields of all kinds

What may be written under \`spec\`. \`holdfast schema\` prints the same as JSON Schema, for editors.

${sections.join("\n")}`;
}

/** What can be asked of it, as a table below a blank line; nothing where that is nothing. */
function operationsOf(kind: string, operations: NonNullable<AnyKind["operations"]>): string {
  const rows = Object.entries(operations).map(([name, { summary, impact }]) => [
    `\`holdfast run ${kind}:… ${name}\``,
    summary,
    impact,
  ]);
  if (rows.length === 0) return "";
  return `\n${table(["operation", "what it does", "impact"], rows)}\n`;
}

function fieldRows(schema: JsonObject): readonly (readonly string[])[] {
  const required = Array.isArray(schema["required"]) ? schema["required"] : [];
  return Object.entries(objectIn(schema, "properties")).map(([name, field]) => {
    const described = isJsonObject(field) ? field : {};
    const text = typeof described["description"] === "string" ? described["description"] : "";
    return [
      `\`${name}\`${required.includes(name) ? " (required)" : ""}`,
      takes(described),
      text.replaceAll("|", "\\|"),
    ];
  });
}

/** What a field takes, in a few words. */
function takes(schema: JsonObject): string {
  const alternatives = [schema["anyOf"], schema["oneOf"]].find(Array.isArray);
  if (alternatives !== undefined) {
    const each = alternatives.filter(isJsonObject).map(takes);
    return [...new Set(each)].join(" or ");
  }
  if (Array.isArray(schema["enum"])) return schema["enum"].map(literal).join(", ");
  if (schema["const"] !== undefined) return literal(schema["const"]);
  if (schema["$ref"] === "#/$defs/dataWithSecrets") return "anything";
  if (schema["$ref"] === "#/$defs/secretText") return "secret";
  if (schema["type"] === "array") return `list of ${takes(objectIn(schema, "items"))}`;
  const types = [schema["type"]].flat().filter((type) => typeof type === "string");
  return types.length === 0 ? "anything" : types.join(" or ");
}

function literal(value: Json): string {
  return `\`${JSON.stringify(value).replaceAll('"', "")}\``;
}

function objectIn(value: JsonObject, field: string): JsonObject {
  const found = value[field];
  return isJsonObject(found) ? found : {};
}

/** A table whose columns are aligned, as the formatter writes it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, at) =>
    Math.max(title.length, ...rows.map((row) => row[at]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string =>
    `| ${row.map((text, at) => text.padEnd(widths[at] ?? 0)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}
