import {
  type AnyKind,
  isJsonObject,
  type Json,
  type JsonObject,
  manifestJsonSchema,
  type RiskRow,
  riskTable,
} from "@holdfast/core";
import { createStandardCatalog, listStandardKinds } from "@holdfast/resources";

const NOTE = "<!-- Made by `npm run kinds`. -->";

/** The pages that are derived from the kinds, by their paths in the repository. */
export function kindPages(): Readonly<Record<string, string>> {
  return {
    "docs/guide/kinds/README.md": overview(listStandardKinds()),
    "docs/reference/kinds.md": reference(listStandardKinds()),
    "docs/guide/risk.md": riskPage(listStandardKinds()),
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

function riskPage(kinds: readonly AnyKind[]): string {
  const rows = riskTable(kinds);
  const rowOf = ({ assessment: { risk, impact, why } }: RiskRow) => [why, risk, impact];
  const general = rows.filter(({ kind }) => kind === undefined).map(rowOf);
  const own = rows.flatMap((row) => (row.kind === undefined ? [] : [[row.kind, ...rowOf(row)]]));
  return `${NOTE}

# Risk

Before Holdfast does something it judges what that may cost. What then goes alone and what waits is said by the [policy](policy.md).

- **benign**: nothing is lost that cannot be had again.
- **disruptive**: it interrupts something that runs.
- **destructive**: it loses data that cannot be given back.

The impact says what is interrupted or lost: none, reload, restart, reboot or data. \`holdfast plan\` shows risk and impact of each action that is
not benign, and whether it can be undone; \`holdfast plan --explain-risk\` shows the reason of each, and the rules below. The JSON form has \`risk\`,
\`impact\`, \`why\` and \`canBeUndone\` of every action.

## Every kind

Risk is judged by who made what is there, and by what would be lost, not by the verb. The first rule that fits counts; what no rule covers is
destructive.

${table(["what it does", "risk", "impact"], general)}

"Can give it back" means that an [undo](undo.md) can: Holdfast kept the bytes of the file before, or the kind can put into words what is there, such as the
target of a link or the state of a service. It cannot for a file that is too large to be kept.

## Kinds

What a kind says besides. Where both say something, the higher risk counts, except where the kind knows all there is to lose: then its row counts alone.

${table(["kind", "what it does", "risk", "impact"], own)}
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
  const rows = Object.entries(operations).map(([name, { summary, risk, impact }]) => [
    `\`holdfast run ${kind}:… ${name}\``,
    summary,
    risk,
    impact,
  ]);
  if (rows.length === 0) return "";
  return `\n${table(["operation", "what it does", "risk", "impact"], rows)}\n`;
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
