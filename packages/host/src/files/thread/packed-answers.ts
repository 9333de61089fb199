import { ABSENT, assert, type FileEntry, type FileReading, present } from "@holdfast/core";
import { FILE_TYPES } from "../file-entry.ts";
import type { LocalAnswer } from "../read/local-reader.ts";
import { decodeReading, encodeReading, type WireReadingAnswer } from "../remote/wire.ts";

/** Answers as they pass between threads: numbers and bytes in one piece each, whatever is rare as an object. */
export interface PackedAnswers {
  /** Of each answer its shape and, where something is there, its entry and the length of its bytes. */
  readonly numbers: Float64Array<ArrayBuffer>;
  /** The bytes of one answer after another. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** By position: everything that numbers and bytes cannot say. */
  readonly others: ReadonlyMap<number, PackedOther>;
}

type PackedOther =
  | { readonly type: "read"; readonly answer: WireReadingAnswer }
  | Exclude<LocalAnswer, { readonly type: "present" | "absent" | "unknown" }>;

const FIELDS = 10;
const OTHER = 0;
const MISSING = 1;
const ENTRY = 2;
const ENTRY_AND_BYTES = 3;

/** Packs answers; what they hold is copied. O(answers and their bytes). */
export function packAnswers(answers: readonly LocalAnswer[]): PackedAnswers {
  const numbers = new Float64Array(answers.length * FIELDS);
  const bytes = new Uint8Array(lengthOf(answers));
  const others = new Map<number, PackedOther>();
  let used = 0;
  for (const [position, answer] of answers.entries()) {
    const reading = plainReading(answer);
    if (reading !== undefined) {
      numbers.set(numbersOf(reading), position * FIELDS);
      bytes.set(reading.bytes ?? [], used);
      used += reading.bytes?.length ?? 0;
    } else if (answer.type === "absent") numbers[position * FIELDS] = MISSING;
    else others.set(position, packOther(answer));
  }
  return { numbers, bytes, others };
}

/** The answers that were packed. Their bytes share one piece of memory. */
export function unpackAnswers({ numbers, bytes, others }: PackedAnswers): LocalAnswer[] {
  const answers: LocalAnswer[] = [];
  let used = 0;
  for (let at = 0; at < numbers.length; at += FIELDS) {
    const shape = numbers[at] ?? OTHER;
    const length = numbers[at + FIELDS - 1] ?? 0;
    if (shape === MISSING) answers.push(ABSENT);
    else if (shape === ENTRY) answers.push(present({ entry: entryAt(numbers, at + 1) }));
    else if (shape === ENTRY_AND_BYTES) {
      const content = bytes.subarray(used, used + length);
      answers.push(present({ entry: entryAt(numbers, at + 1), bytes: content }));
    } else answers.push(unpackOther(others.get(at / FIELDS)));
    used += length;
  }
  return answers;
}

function lengthOf(answers: readonly LocalAnswer[]): number {
  return answers.reduce((sum, answer) => sum + (plainReading(answer)?.bytes?.length ?? 0), 0);
}

/** What numbers and bytes can say. */
function plainReading(answer: LocalAnswer): FileReading | undefined {
  if (answer.type !== "present") return undefined;
  const { sha256, linkTarget } = answer.value;
  return sha256 === undefined && linkTarget === undefined ? answer.value : undefined;
}

function numbersOf({ entry, bytes }: FileReading): readonly number[] {
  const { type, mode, uid, gid, sizeBytes, device, inode, linkCount } = entry;
  const shape = bytes === undefined ? ENTRY : ENTRY_AND_BYTES;
  const facts = [FILE_TYPES.indexOf(type), mode, uid, gid, sizeBytes, device, inode, linkCount];
  return [shape, ...facts, bytes?.length ?? 0];
}

function entryAt(numbers: Float64Array, at: number): FileEntry {
  const type = FILE_TYPES[numbers[at] ?? -1];
  assert(type !== undefined, "a packed entry has a type");
  return {
    type,
    mode: numbers[at + 1] ?? 0,
    uid: numbers[at + 2] ?? 0,
    gid: numbers[at + 3] ?? 0,
    sizeBytes: numbers[at + 4] ?? 0,
    device: numbers[at + 5] ?? 0,
    inode: numbers[at + 6] ?? 0,
    linkCount: numbers[at + 7] ?? 0,
  };
}

function packOther(answer: LocalAnswer): PackedOther {
  if (answer.type === "long" || answer.type === "remote") return answer;
  return { type: "read", answer: encodeReading(answer) };
}

function unpackOther(other: PackedOther | undefined): LocalAnswer {
  assert(other !== undefined, "an answer is packed one way or the other");
  return other.type === "read" ? decodeReading(other.answer) : other;
}
