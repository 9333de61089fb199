import { RENDERED_HEADER } from "../rendered-file/rendered-file.ts";
import type { AptRepositoryInput } from "./fields.ts";

/** The fields of a stanza in their order, each with its name in the file. */
const LISTS = [
  ["Types", "types"],
  ["URIs", "uris"],
  ["Suites", "suites"],
  ["Components", "components"],
  ["Architectures", "architectures"],
] as const;

/** One stanza of deb822 (sources.list(5)). */
export function sourcesText(input: AptRepositoryInput): string {
  const lists = { ...input, types: input.types ?? ["deb"] };
  const lines = LISTS.flatMap(([name, field]) => {
    const words = lists[field];
    return words === undefined ? [] : [`${name}: ${words.join(" ")}`];
  });
  if (input.enabled === false) lines.push("Enabled: no");
  const { signedBy } = input;
  if (signedBy !== undefined) {
    lines.push(
      "path" in signedBy ? `Signed-By: ${signedBy.path}` : `Signed-By:\n${folded(signedBy.key)}`,
    );
  }
  return `${RENDERED_HEADER}${lines.join("\n")}\n`;
}

/** A key as it is written into a field and compared: without blanks around its lines. */
export function plainKey(key: string): string {
  return key
    .trim()
    .split(/\r?\n/)
    .map((line) => line.trim())
    .join("\n");
}

/** What such a file says in fields. Of a key by its path the digest is not in it. */
export function parseSources(text: string): AptRepositoryInput | undefined {
  const fields = parseStanza(text);
  const words = (name: string): string[] | undefined =>
    fields
      .get(name)
      ?.split(/\s+/)
      .filter((word) => word !== "");
  const types = words("Types")?.filter((word) => word === "deb" || word === "deb-src");
  const signed = fields.get("Signed-By");
  if (types === undefined || signed === undefined) return undefined;
  const lists = LISTS.slice(1).flatMap(([name, field]) => {
    const found = words(name);
    return found === undefined ? [] : [[field, found] as const];
  });
  return {
    types,
    ...Object.fromEntries(lists),
    signedBy: signed.startsWith("/") ? { path: signed } : { key: unfolded(signed) },
    ...(fields.get("Enabled") === "no" ? { enabled: false } : {}),
  };
}

/** The fields of the first stanza; lines that begin with a blank go on with the one before. */
function parseStanza(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  let current: string | undefined;
  for (const line of text.split("\n")) {
    const [, name, value = ""] = /^([A-Za-z-]+):\s*(.*)$/.exec(line) ?? [];
    if (name !== undefined) {
      current = name;
      fields.set(name, value);
    } else if (current !== undefined && line.startsWith(" ")) {
      fields.set(current, `${fields.get(current)}\n${line}`);
    }
  }
  return fields;
}

/** A line of its own for each line of a text; an empty one is a dot. */
function folded(key: string): string {
  return plainKey(key)
    .split("\n")
    .map((line) => ` ${line === "" ? "." : line}`)
    .join("\n");
}

function unfolded(value: string): string {
  const lines = value.split("\n").slice(1);
  return lines.map((line) => (line === " ." ? "" : line.slice(1))).join("\n");
}
