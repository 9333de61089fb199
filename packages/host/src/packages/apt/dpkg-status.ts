import type { BrokenHow, InstalledPackage, InstalledState } from "@holdfast/core";
import { readStanzas, type Stanza } from "./stanzas.ts";

/** A package as dpkg records it: everything but the mark, which is apt's; and whether several of it can be installed. */
export type DpkgRecord = Omit<InstalledPackage, "isManual"> & { readonly isSame: boolean };

/** What dpkg knows, by name and then by architecture. */
export type DpkgRecords = Map<string, Map<string, DpkgRecord>>;

const STATUS_FIELDS: ReadonlySet<string> = new Set([
  "package",
  "status",
  "architecture",
  "multi-arch",
  "version",
  "provides",
]);
const AUTO_FIELDS: ReadonlySet<string> = new Set(["package", "architecture", "auto-installed"]);
const WANTED: ReadonlySet<string> = new Set(["unknown", "install", "hold", "deinstall", "purge"]);
const BROKEN: ReadonlyMap<string, BrokenHow> = new Map([
  ["unpacked", "unpacked"],
  ["half-configured", "half-configured"],
  ["half-installed", "half-installed"],
  ["triggers-awaited", "triggers-awaited"],
  ["triggers-pending", "triggers-pending"],
]);
const NOTHING: readonly string[] = [];

/**
 * Puts what `status`, or one of the files in `updates`, says over what is known.
 * @throws {Error} what is wrong with the text.
 */
export function addStatus(records: DpkgRecords, text: string, from: "status" | "updates"): void {
  for (const stanza of readStanzas(text, STATUS_FIELDS)) {
    const name = stanza.get("package");
    if (name === undefined || name === "") throw new Error("a stanza has no Package field");
    const record = parseRecord(name, stanza);
    const isSame = stanza.get("multi-arch") === "same";
    const known = records.get(name) ?? new Map<string, DpkgRecord>();
    if (from === "updates" && isReplaced(known, isSame)) known.clear();
    const architecture = stanza.get("architecture") ?? "";
    if (record === undefined) known.delete(architecture);
    else known.set(architecture, record);
    if (known.size > 0) records.set(name, known);
    else records.delete(name);
  }
}

/** A package may have got another architecture; unless several of it can be installed at once (`parse_find_pkg_slot`). */
function isReplaced(known: ReadonlyMap<string, DpkgRecord>, isSame: boolean): boolean {
  const [only, ...others] = known.values();
  return only !== undefined && others.length === 0 && !(isSame && only.isSame);
}

/** The names, as `name:architecture`, that apt marked as installed for others (`extended_states`). */
export function parseAutoMarks(text: string): ReadonlySet<string> {
  const marked = new Set<string>();
  for (const stanza of readStanzas(text, AUTO_FIELDS)) {
    if (stanza.get("auto-installed") !== "1") continue;
    marked.add(`${stanza.get("package") ?? ""}:${stanza.get("architecture") ?? ""}`);
  }
  return marked;
}

function parseRecord(name: string, stanza: Stanza): DpkgRecord | undefined {
  const [want = "", flag = "", status = "", ...rest] = (stanza.get("status") ?? "").split(" ");
  const isWellFormed = WANTED.has(want) && /^(?:ok|reinstreq)$/.test(flag) && rest.length === 0;
  if (!isWellFormed) throw new Error(`the status of ${name} is not understood`);
  if (status === "not-installed") return undefined;
  const state = stateOf(status, flag);
  const architecture = stanza.get("architecture") ?? "";
  const version = stanza.get("version");
  const isWhole = architecture !== "" && (version !== undefined || state?.type !== "installed");
  if (state === undefined || !isWhole) throw new Error(`the stanza of ${name} is not understood`);
  const provides = stanza.get("provides");
  return {
    name,
    architecture,
    ...(version === undefined ? {} : { version }),
    state,
    isHeld: want === "hold",
    provides: provides === undefined ? NOTHING : parseProvides(provides),
    isSame: stanza.get("multi-arch") === "same",
  };
}

function stateOf(status: string, flag: string): InstalledState | undefined {
  if (flag === "reinstreq") return { type: "broken", how: "reinst-required" };
  if (status === "installed") return { type: "installed" };
  if (status === "config-files") return { type: "config-files" };
  const how = BROKEN.get(status);
  return how === undefined ? undefined : { type: "broken", how };
}

/** `a (= 1.0), b` names a and b. */
function parseProvides(text: string): readonly string[] {
  return text.split(",").flatMap((part) => /^\s*([^\s(:]+)/.exec(part)?.[1] ?? []);
}
