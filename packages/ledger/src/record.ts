import {
  type AppliedChange,
  type HalfChange,
  type Hold,
  type Intent,
  isJsonObject,
  type JsonObject,
  type KeptApproval,
  type LastApplied,
  type Outcome,
  type Pause,
  type ResourceId,
  type SpentNonce,
  type UnconfirmedChange,
} from "@holdfast/core";

/** The format that is written: a checksum on each line. The first one had none, and is read. */
export const FORMAT_VERSION = 2;

/** One line of the ledger. Lines are only ever added; folding them in order gives the memory. */
export type LedgerRecord =
  | { readonly type: "ledger"; readonly version: number; readonly lineage: string }
  | { readonly type: "generation"; readonly generation: number; readonly digest: string }
  | ({ readonly type: "intent" } & Intent)
  | { readonly type: "task"; readonly attempt: string; readonly taskId: string }
  | Outcome
  | { readonly type: "refreshed"; readonly id: ResourceId }
  /** `null`: it is over. */
  | { readonly type: "pause"; readonly pause: Pause | null }
  | { readonly type: "key"; readonly key: string; readonly as: "begun" | "done" | "forgotten" }
  /** Keys may be missing, because lines were lost; or a person has said that none that matters is. */
  | { readonly type: "keys"; readonly as: "lost" | "settled" }
  /** `isMet`: a refresh that has begun since pays it, if it succeeds. Default false. */
  | { readonly type: "owed"; readonly id: ResourceId; readonly isMet?: boolean }
  /** What folding left, when the ledger was last rewritten; debts are kept as such. */
  | ({ readonly type: "applied"; readonly id: ResourceId } & LastApplied)
  /** Likewise of changes; the newest of a resource last. */
  | ({ readonly type: "change"; readonly id: ResourceId } & AppliedChange)
  | ({ readonly type: "unconfirmed" } & UnconfirmedChange)
  | { readonly type: "confirmed"; readonly op: string }
  | { readonly type: "undone"; readonly id: ResourceId; readonly op: string }
  /** `null`: it is over. */
  | { readonly type: "hold"; readonly id: ResourceId; readonly hold: Hold | null }
  | ({ readonly type: "half"; readonly id: ResourceId } & HalfChange)
  | { readonly type: "approval"; readonly approval: KeptApproval }
  | { readonly type: "spent"; readonly spent: readonly SpentNonce[] }
  /** What expires by then counts as used: more was used than is remembered. */
  | { readonly type: "spentuntil"; readonly floorMs: number }
  /** Of the trust list that was accepted last; the package for it knows what it says. */
  | { readonly type: "trust"; readonly anchor: JsonObject }
  /** Nothing is remembered of this resource any more. */
  | { readonly type: "forgotten"; readonly id: ResourceId };

/** Which fields of a record are texts. */
const TEXTS: Readonly<Record<LedgerRecord["type"], readonly string[]>> = {
  ledger: ["lineage"],
  generation: ["digest"],
  intent: ["id", "attempt", "verb", "specDigest", "cause"],
  task: ["attempt", "taskId"],
  done: ["id", "attempt", "specDigest", "fingerprint", "provenance"],
  failed: ["id", "attempt"],
  ran: ["id", "attempt"],
  refreshed: ["id"],
  pause: [],
  key: ["key", "as"],
  keys: ["as"],
  owed: ["id"],
  applied: ["id", "specDigest", "fingerprint", "provenance"],
  change: ["id", "op", "verb", "specDigest", "fingerprint", "provenance"],
  unconfirmed: ["id", "op", "verb", "specDigest"],
  confirmed: ["op"],
  undone: ["id", "op"],
  hold: ["id"],
  half: ["id", "fingerprint"],
  approval: [],
  spent: [],
  spentuntil: [],
  trust: [],
  forgotten: ["id"],
};

/** What a line says: a record; nothing, when it is no record; `foreign`, when a later version may know what it means. */
export type ReadRecord = LedgerRecord | "foreign" | undefined;

/** One line, without its seal. */
export function formatRecord(record: LedgerRecord): string {
  return JSON.stringify(record);
}

/** Reads a line. */
export function parseRecord(line: string): ReadRecord {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  if (!isJsonObject(value) || typeof value["type"] !== "string") return undefined;
  return isKnown(value["type"]) ? asRecord(value, value["type"]) : "foreign";
}

/** Records without which something could be done twice. */
const ONCE_ONLY: ReadonlySet<string> = new Set(["key", "keys", "spent", "spentuntil"]);

/** Whether a record of this type can be no key of a one-shot, and no approval that was used. */
export function isWithoutKeys(type: string): boolean {
  return isKnown(type) && !ONCE_ONLY.has(type);
}

function isKnown(type: string): type is LedgerRecord["type"] {
  return Object.hasOwn(TEXTS, type);
}

function asRecord(value: JsonObject, type: LedgerRecord["type"]): LedgerRecord | undefined {
  const areTexts = TEXTS[type].every((field) => typeof value[field] === "string");
  if (!areTexts || !hasItsParts(value, type)) return undefined;
  // The first format knew one verb for every change of the spec's.
  if (type === "intent" && value["verb"] === "apply")
    return asRecord({ ...value, verb: "update" }, type);
  // Without what was there before a change cannot be undone, and the rest of the record counts.
  if (type === "intent" && "change" in value && !isPlannedChange(value["change"])) {
    const { change: _, ...rest } = value;
    return asRecord(rest, type);
  }
  // Without what was declared nothing is removed, and the rest of the record counts.
  if ("declaration" in value && !isDeclaration(value["declaration"])) {
    const { declaration: _, ...rest } = value;
    return asRecord(rest, type);
  }
  return value as unknown as LedgerRecord;
}

/** What of a record is no text. */
function hasItsParts(value: JsonObject, type: LedgerRecord["type"]): boolean {
  switch (type) {
    case "ledger":
      return Number.isInteger(value["version"]);
    case "generation":
      return Number.isInteger(value["generation"]);
    case "done":
      return isListOf(value["owes"], (id) => typeof id === "string");
    case "intent":
      return value["temporaries"] === undefined || isListOf(value["temporaries"], isPlace);
    case "pause":
      return value["pause"] === null || isPause(value["pause"]);
    case "change":
    case "unconfirmed":
      return isPlannedChange(value);
    case "half":
      return isBefore(value["before"]);
    case "failed":
      return ["undefined", "string"].includes(typeof value["fingerprint"]);
    case "approval":
      return isApproval(value["approval"]);
    case "spent":
      return isListOf(value["spent"], isSpentNonce);
    case "spentuntil":
      return Number.isFinite(value["floorMs"]);
    case "trust":
      return isJsonObject(value["anchor"]);
    case "hold":
      return value["hold"] === null || isHold(value["hold"]);
    default:
      return true;
  }
}

function isListOf(value: unknown, isMember: (member: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isMember);
}

function isPlace(value: unknown): boolean {
  return isJsonObject(value) && typeof value["path"] === "string";
}

function isDeclaration(value: unknown): boolean {
  if (!isJsonObject(value) || typeof value["manifest"] !== "string") return false;
  const { meta, after, isAbsent = false } = value;
  const hasEdges = after === undefined || isListOf(after, (id) => typeof id === "string");
  return hasEdges && (meta === undefined || isJsonObject(meta)) && typeof isAbsent === "boolean";
}

function isPause(value: unknown): boolean {
  return isJsonObject(value) && typeof value["at"] === "string";
}

function isPlannedChange(value: unknown): boolean {
  return isJsonObject(value) && Number.isFinite(value["atMs"]) && isBefore(value["before"]);
}

function isBefore(value: unknown): boolean {
  if (!isJsonObject(value)) return false;
  const { type, place, preimage, why } = value;
  if (type === "absent") return true;
  if (type === "lost") return typeof why === "string";
  if (type === "file") return isPlace(place) && isPreimage(preimage);
  return type === "input" && "input" in value;
}

function isPreimage(value: unknown): boolean {
  if (!isJsonObject(value)) return false;
  return ["sizeBytes", "mode", "uid", "gid"].every((field) => Number.isInteger(value[field]));
}

function isHold(value: unknown): boolean {
  if (!isJsonObject(value) || !Number.isFinite(value["atMs"])) return false;
  if (!["undefined", "string"].includes(typeof value["left"])) return false;
  return ["specDigest", "op", "why"].every((field) => typeof value[field] === "string");
}

function isApproval(value: unknown): boolean {
  if (!isJsonObject(value) || !Number.isFinite(value["expiresMs"])) return false;
  const { envelope, actions } = value;
  const areTexts = ["nonce", "planned", "by"].every((field) => typeof value[field] === "string");
  const isSigned = envelope === undefined || typeof envelope === "string";
  return areTexts && isSigned && isListOf(actions, isKeptAction);
}

function isKeptAction(value: unknown): boolean {
  if (!isJsonObject(value)) return false;
  return ["id", "verb", "digest"].every((field) => typeof value[field] === "string");
}

function isSpentNonce(value: unknown): boolean {
  if (!isJsonObject(value)) return false;
  return typeof value["nonce"] === "string" && Number.isFinite(value["expiresMs"]);
}
