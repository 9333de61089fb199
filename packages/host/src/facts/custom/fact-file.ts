import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from "node:fs";
import type { Diagnostic } from "@holdfast/core";
import { codeOf } from "../../system/error-code.ts";

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
const MOST_BYTES = 65_536;
const OTHERS_WRITE = 0o022;
const EXECUTE = 0o111;

/** A file or directory of facts cannot be taken. */
export class FactMistake extends Error {
  readonly #summary: string;
  readonly #found: readonly Diagnostic[] | undefined;

  /** `found`: what a parser says, instead of summary and detail. */
  constructor(summary: string, detail: string, found?: readonly Diagnostic[]) {
    super(detail);
    this.#summary = summary;
    this.#found = found;
  }

  /** The mistakes as they are reported. */
  diagnostics(file: string): readonly Diagnostic[] {
    if (this.#found !== undefined) return this.#found;
    const [severity, summary, detail] = ["error" as const, this.#summary, `${this.message}.`];
    return [{ severity, address: file, location: { file }, summary, detail }];
  }
}

/**
 * The text of a regular file that only the owner of the agent can write.
 * @throws {FactMistake} for anything else, and for what cannot be read.
 */
export function readFactFile(path: string): string {
  try {
    const descriptor = openSync(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
    try {
      return readOwn(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (error instanceof FactMistake) throw error;
    const code = codeOf(error);
    if (code === undefined) throw error;
    const detail = code === "ELOOP" ? "it is a link; write a file" : `reading it failed (${code})`;
    throw new FactMistake("Not readable", detail);
  }
}

function readOwn(descriptor: number): string {
  const entry = fstatSync(descriptor);
  if (!entry.isFile()) throw new FactMistake("Not a file", "custom facts are regular files");
  refuseUnsafe(entry);
  if ((entry.mode & EXECUTE) !== 0) {
    const detail =
      "it is executable, and programs are not run for facts: chmod a-x when it is data, or have a timer write what the program prints";
    throw new FactMistake("A program", detail);
  }
  const bytes = Buffer.allocUnsafe(MOST_BYTES + 1);
  const sizeBytes = readSync(descriptor, bytes, 0, bytes.length, 0);
  if (sizeBytes <= MOST_BYTES) return bytes.toString("utf8", 0, sizeBytes);
  throw new FactMistake("Too large", `a file of facts has at most ${MOST_BYTES} bytes`);
}

/** @throws {FactMistake} when others than root and the user of the agent decide what is there. */
export function refuseUnsafe({ uid, mode }: Stats): void {
  const ownUid = process.geteuid?.();
  if (uid !== 0 && uid !== ownUid) {
    throw new FactMistake("Not safe", `it belongs to user ${uid}: chown it to root`);
  }
  if ((mode & OTHERS_WRITE) === 0) return;
  throw new FactMistake("Not safe", "group or others can write it: chmod go-w");
}
