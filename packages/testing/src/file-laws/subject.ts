import assert from "node:assert/strict";
import {
  Fault,
  type FaultReason,
  type FileReading,
  type FileReadRequest,
  type FileWriter,
} from "@holdfast/core";
import type { Inspection } from "../simulated-host/kernel/inspect.ts";
import type { Tamper } from "../simulated-host/kernel/tamper.ts";

/** A machine that the laws of files are tried on: file access, and hands and eyes beside it. */
export interface FileSubject extends AsyncDisposable {
  readonly files: FileWriter;
  /** The agent's effective uid. */
  readonly uid: number;
  /** Writes inside the root, past the file access. */
  readonly tamper: Pick<
    Tamper,
    | "write"
    | "truncate"
    | "makeDirectory"
    | "symlink"
    | "link"
    | "makeSpecial"
    | "chmod"
    | "chown"
    | "setExtendedAttribute"
  >;
  readonly inspect: Pick<
    Inspection,
    "stat" | "text" | "list" | "linkTarget" | "extendedAttribute" | "modifiedNs"
  >;
  /** The handles that are open now. */
  openHandles(): number;
}

/** For calls that nobody stops. */
export const UNSTOPPED: AbortSignal = new AbortController().signal;

/** Writes a text with an attempt of its own. */
export function writeText(subject: FileSubject, path: string, text: string): Promise<void> {
  const content = new TextEncoder().encode(text);
  return subject.files.write({ path, content, attempt: "0123456789abcdef" }, UNSTOPPED);
}

/** Reads what must be there. */
export async function readPresent(
  subject: FileSubject,
  request: FileReadRequest,
): Promise<FileReading> {
  const answer = await subject.files.read(request, UNSTOPPED);
  assert(answer.type === "present", `${request.path} is ${answer.type}`);
  return answer.value;
}

/** The fault of a read that must be unknown. */
export async function readFault(subject: FileSubject, path: string): Promise<Fault> {
  const answer = await subject.files.read({ path, content: "bytes" }, UNSTOPPED);
  assert(answer.type === "unknown", `${path} is ${answer.type}`);
  return answer.fault;
}

/** The work must fail with this reason; the fault is returned. */
export async function mustFail(work: Promise<unknown>, reason: FaultReason): Promise<Fault> {
  const thrown: unknown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  assert(thrown instanceof Fault, `expected a fault, got ${String(thrown)}`);
  assert.equal(thrown.reason, reason, thrown.message);
  return thrown;
}

/** Nothing of ours is left in a directory but what is named. */
export function assertNames(subject: FileSubject, path: string, names: readonly string[]): void {
  assert.deepEqual(subject.inspect.list(path), [...names].sort());
}
