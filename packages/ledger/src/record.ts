import {
  Fault,
  type Intent,
  isJsonObject,
  type Outcome,
  type Pause,
  type Provenance,
  type ResourceId,
} from "@holdfast/core";

/** One line of the ledger. Lines are only ever added; folding them in order gives the memory. */
export type LedgerRecord =
  | { readonly type: "ledger"; readonly version: 1; readonly lineage: string }
  | { readonly type: "generation"; readonly generation: number; readonly digest: string }
  | ({ readonly type: "intent" } & Intent)
  | { readonly type: "task"; readonly attempt: string; readonly taskId: string }
  | Outcome
  | { readonly type: "refreshed"; readonly id: ResourceId }
  /** `null`: it is over. */
  | { readonly type: "pause"; readonly pause: Pause | null }
  | { readonly type: "key"; readonly key: string; readonly as: "begun" | "done" | "forgotten" }
  | { readonly type: "owed"; readonly id: ResourceId }
  /** What folding left, when the ledger was last rewritten; debts are kept as such. */
  | {
      readonly type: "applied";
      readonly id: ResourceId;
      readonly specDigest: string;
      readonly fingerprint: string;
      readonly provenance: Provenance;
    };

/** What a log's text holds. */
export interface ParsedLog {
  readonly records: readonly LedgerRecord[];
  /** Bytes up to the end of the last whole line; the rest was torn off by a crash. `undefined` when nothing is torn. */
  readonly tornAfterBytes: number | undefined;
}

const TYPES: ReadonlySet<unknown> = new Set([
  "ledger",
  "generation",
  "intent",
  "task",
  "done",
  "failed",
  "refreshed",
  "key",
  "pause",
  "applied",
  "owed",
] satisfies LedgerRecord["type"][]);

/** One line, with its newline. */
export function formatRecord(record: LedgerRecord): string {
  return `${JSON.stringify(record)}\n`;
}

/**
 * Reads a log. A last line without its newline was being written when the machine stopped: its writer never heard that
 * it was durable, so it is dropped.
 * @throws {Fault} LedgerCorrupt, for any other line that is no record.
 */
export function parseLog(text: string): ParsedLog {
  const end = text.lastIndexOf("\n") + 1;
  const whole = text.slice(0, end);
  const tornAfterBytes = end === text.length ? undefined : new TextEncoder().encode(whole).length;
  return { records: parseLines(whole), tornAfterBytes };
}

function parseLines(whole: string): readonly LedgerRecord[] {
  const lines = whole.split("\n");
  lines.pop();
  const values = parseTogether(lines) ?? lines.map(parseAlone);
  return values.map((value, at) => asRecord(value, at + 1));
}

/** One call for all lines is several times quicker than one call for each. */
function parseTogether(lines: readonly string[]): readonly unknown[] | undefined {
  try {
    const values: unknown = JSON.parse(`[${lines.join(",")}]`);
    return Array.isArray(values) && values.length === lines.length ? values : undefined;
  } catch {
    return undefined;
  }
}

function parseAlone(line: string, at: number): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw corrupt(at + 1, error);
  }
}

function asRecord(value: unknown, line: number): LedgerRecord {
  if (!isJsonObject(value) || typeof value.type !== "string") throw corrupt(line, undefined);
  const isNewer = !TYPES.has(value.type) || (value.type === "ledger" && value.version !== 1);
  if (isNewer) throw newer(line, value.type);
  return value as unknown as LedgerRecord;
}

/** What a later version found worth remembering is not passed over: it may be a hold, or a key. */
function newer(line: number, type: string): Fault {
  return new Fault({
    reason: "LedgerCorrupt",
    message: `line ${line} of the ledger (${type}) is not of this version of Holdfast`,
    resolution: "Run the version that wrote it, or a later one.",
  });
}

function corrupt(line: number, cause: unknown): Fault {
  return new Fault({
    reason: "LedgerCorrupt",
    message: `line ${line} of the ledger is not a record`,
    resolution:
      "Move the ledger aside and start again: one-shots that ran before may then run once more, so look at those first.",
    cause,
  });
}
