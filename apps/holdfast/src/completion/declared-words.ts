import { readdirSync, readFileSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import { isJsonObject, parseFile } from "@holdfast/core";
import type { Candidate } from "./wanted.ts";

/** What is read for a completion at most: a person waits for it. */
const MAX_FILE_BYTES = 1024 * 1024;
const MOST_FILES = 50;

/** The words that a source of data knows: a blueprint would have to be run. */
export interface DeclaredWords {
  readonly ids: readonly Candidate[];
  readonly kindsAndTags: readonly Candidate[];
  readonly vars: readonly Candidate[];
}

/** Reads what the manifests at a path declare, right or wrong; of what cannot be read there are no words. */
export function declaredWords(path: string): DeclaredWords {
  const ids = new Map<string, string>();
  const kindsAndTags = new Map<string, string>();
  const vars = new Map<string, string>();
  for (const document of manifestsAt(path).flatMap(documentsOf)) {
    if (!isJsonObject(document)) continue;
    if (isJsonObject(document["vars"])) {
      for (const name of Object.keys(document["vars"])) vars.set(`${name}=`, "var");
    }
    for (const resource of Array.isArray(document["resources"]) ? document["resources"] : []) {
      const { kind, name, meta } = fieldsOf(resource);
      if (typeof kind !== "string" || typeof name !== "string") continue;
      ids.set(`${kind}:${name}`, "");
      kindsAndTags.set(kind, "kind");
      for (const tag of tagsIn(meta)) kindsAndTags.set(tag, "tag");
    }
  }
  return { ids: listed(ids), kindsAndTags: listed(kindsAndTags), vars: listed(vars) };
}

function listed(words: ReadonlyMap<string, string>): readonly Candidate[] {
  return [...words].map(([word, meaning]) => ({ word, meaning }));
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return isJsonObject(value) ? value : {};
}

function tagsIn(meta: unknown): readonly string[] {
  const { tags } = fieldsOf(meta);
  return Array.isArray(tags) ? tags.filter((tag) => typeof tag === "string") : [];
}

function manifestsAt(path: string): readonly string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    return readdirSync(path)
      .slice(0, MOST_FILES)
      .map((name) => join(path, name));
  } catch {
    return [];
  }
}

function documentsOf(path: string): readonly unknown[] {
  const ending = extname(path);
  if (![".yaml", ".yml", ".json"].includes(ending)) return [];
  try {
    const entry = statSync(path);
    if (!entry.isFile() || entry.size > MAX_FILE_BYTES) return [];
    const text = readFileSync(path, "utf8");
    const file = { file: path, text, format: ending === ".json" ? "json" : "yaml" } as const;
    return parseFile(file, []).map(({ value }) => value);
  } catch {
    return [];
  }
}
