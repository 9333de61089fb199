import { isJsonObject, type JsonObject } from "@holdfast/core";
import type { LeftOut } from "./candidate.ts";
import type { Captured } from "./capture.ts";
import { entryId, type ExportEntry, inOrder } from "./entry.ts";
import { type OwnerNames, withNamedOwners } from "./named-owners.ts";
import { secretInData } from "./secret-scan.ts";

/** The bytes of texts that one export holds at most. */
const MOST_CHARACTERS = 8 * 1024 * 1024;
const MOST_ENTRIES = 20_000;
const READABLE_BY_OTHERS = 0o004;
const SECRET_KEY_LENGTH = 60;

/** What is known of the machine that captured inputs do not say. */
export interface EntryContext {
  readonly names: OwnerNames;
  /** The declared package that brings one of those that are named. */
  readonly bringer: (wanted: readonly string[]) => string | undefined;
}

/** The resources of an export, and what is in none of them. */
export interface Entries {
  readonly entries: readonly ExportEntry[];
  readonly leftOut: readonly LeftOut[];
}

/**
 * Makes resources of what was captured, each once and in order. What may hold a secret becomes a hole, or is left out
 * where its kind takes no secret.
 */
export function makeEntries(captured: readonly Captured[], context: EntryContext): Entries {
  const leftOut: LeftOut[] = [];
  const entries = new Map<string, ExportEntry>();
  let left = MOST_CHARACTERS;
  for (const one of captured) {
    const id = entryId(one.way);
    if (entries.has(id)) continue;
    const { entry, reason } = entryOf(one, context);
    left -= JSON.stringify(entry?.spec ?? null).length;
    if (left < 0 || entries.size >= MOST_ENTRIES) {
      leftOut.push({ reason: "bounded", what: id });
      continue;
    }
    if (reason !== undefined) leftOut.push({ reason: "secret", what: id, detail: reason });
    if (entry !== undefined) entries.set(id, entry);
  }
  return { entries: inOrder(withOwnSecrets([...entries.values()])), leftOut };
}

/** Kinds whose owner and group are those of a path. */
const OWNED: ReadonlySet<string> = new Set(["file", "directory"]);

interface Judged {
  readonly entry?: ExportEntry;
  /** What may be secret. */
  readonly reason?: string;
}

function entryOf(
  { candidate, way, input, why }: Captured,
  { bringer, names }: EntryContext,
): Judged {
  const brought = bringer(candidate.after ?? []);
  const entry: ExportEntry = {
    section: candidate.section,
    kind: way.kind,
    name: way.name,
    spec: OWNED.has(way.kind) ? withNamedOwners(input, names) : input,
    dependsOn: brought === undefined || way.kind === "package" ? [] : [`package:${brought}`],
    why,
    isHole: false,
  };
  const isPrivate = isForFew(entry);
  const found = secretInData(input) ?? (isPrivate ? "not everybody may read it" : undefined);
  if (found === undefined) return { entry };
  if (!isPrivate || typeof input["content"] !== "string") return { reason: found };
  return { entry: holeOf(entry), reason: found };
}

/** A file that others may not read. */
function isForFew({ kind, spec: { content, mode } }: ExportEntry): boolean {
  if (kind !== "file" || content === undefined) return false;
  return typeof mode !== "string" || (Number.parseInt(mode, 8) & READABLE_BY_OTHERS) === 0;
}

function holeOf(entry: ExportEntry): ExportEntry {
  const key = entry.name.replaceAll(/[^A-Za-z0-9]+/g, "-").replaceAll(/^-|-$/g, "");
  const spec = { ...entry.spec, content: { $secret: `files.${key.slice(-SECRET_KEY_LENGTH)}` } };
  return { ...entry, spec, isHole: true };
}

/** Two files never share a secret by the likeness of their names. */
function withOwnSecrets(entries: readonly ExportEntry[]): readonly ExportEntry[] {
  const used = new Set<string>();
  return entries.map((entry) => {
    if (!entry.isHole) return entry;
    const name = secretOf(entry.spec);
    let own = name;
    for (let count = 2; used.has(own); count += 1) own = `${name}-${count}`;
    used.add(own);
    return { ...entry, spec: { ...entry.spec, content: { $secret: own } } };
  });
}

function secretOf({ content }: JsonObject): string {
  const name = isJsonObject(content) ? content["$secret"] : undefined;
  return typeof name === "string" ? name : "";
}
