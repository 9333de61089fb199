import {
  ABSENT,
  Fault,
  type FaultData,
  type FileReading,
  type FileReadRequest,
  type FileWriteRequest,
  type Observation,
  present,
  type TreeEntry,
  type TreeReading,
  type TreeReadRequest,
  unknown,
} from "@holdfast/core";
import type { WholeCall } from "./whole-call.ts";
import type { WriteCall } from "./write-call.ts";

/** The first words to a child; like all that follow, one line of JSON on its stdin. */
export interface RemoteStart {
  readonly root: string;
}

/** The words that follow. Questions are numbered, and many are under way at once. */
export type RemoteWords =
  | { readonly id: number; readonly type: "ask"; readonly ask: RemoteQuestion }
  /** Nobody waits for the answer any more. */
  | { readonly id: number; readonly type: "stop" }
  /** What it wanted to be checked was; a fault stops the write. */
  | { readonly id: number; readonly type: "checked"; readonly fault?: FaultData };

/** What it may be asked. */
export type RemoteQuestion =
  | { readonly type: "read"; readonly requests: readonly FileReadRequest[] }
  | { readonly type: "list"; readonly path: string }
  | { readonly type: "tree"; readonly request: TreeReadRequest }
  | { readonly type: "write"; readonly call: WireCall };

/** What it says, one line of JSON on its stdout. */
export type RemoteReply =
  | { readonly id: number; readonly type: "answer"; readonly answer: RemoteAnswer }
  /** The temporary file at this path is complete; the write waits until it is checked. */
  | { readonly id: number; readonly type: "check"; readonly path: string };

/** How a question ended. */
export type RemoteAnswer =
  | { readonly type: "read"; readonly answers: readonly WireReadingAnswer[] }
  | { readonly type: "list"; readonly answer: WireObservation<readonly string[]> }
  | { readonly type: "tree"; readonly answer: WireObservation<WireTree> }
  | { readonly type: "written"; readonly fault?: FaultData };

/** An observation in JSON. */
type WireObservation<T> =
  | { readonly type: "present"; readonly value: T }
  | { readonly type: "absent" }
  | { readonly type: "unknown"; readonly fault: FaultData };

type WireReading = Omit<FileReading, "bytes"> & { readonly base64?: string };

/** The observation of a path, in JSON. */
export type WireReadingAnswer = WireObservation<WireReading>;

type WireTree = Omit<TreeReading, "entries"> & { readonly entries: readonly WireTreeEntry[] };

type WireTreeEntry = Pick<TreeEntry, "path"> & {
  readonly found:
    | Exclude<TreeEntry["found"], { readonly type: "unknown" }>
    | { readonly type: "unknown"; readonly fault: FaultData };
};

/** A call in JSON; whether the file is checked on the way stands for how. */
export type WireCall =
  | Exclude<WriteCall, { readonly type: "write" | "overwrite" }>
  | { readonly type: "write"; readonly request: WireWriteRequest }
  | { readonly type: "overwrite"; readonly path: string; readonly base64: string };

type WireWriteRequest = Omit<FileWriteRequest, "content" | "validate" | "expects"> & {
  readonly base64: string;
  readonly expectsBase64?: string;
  readonly isChecked: boolean;
};

/** As JSON can carry it. */
export function encodeReading(observation: Observation<FileReading>): WireReadingAnswer {
  return encode(observation, ({ bytes, ...rest }) =>
    bytes === undefined ? rest : { ...rest, base64: toBase64(bytes) },
  );
}

/** Likewise. */
export function encodeNames(
  observation: Observation<readonly string[]>,
): WireObservation<readonly string[]> {
  return encode(observation, (names) => names);
}

/** Likewise. */
export function encodeTree(observation: Observation<TreeReading>): WireObservation<WireTree> {
  return encode(observation, ({ entry, entries }) => ({
    entry,
    entries: entries.map(({ path, found }) =>
      found.type === "unknown"
        ? { path, found: { type: "unknown", fault: found.fault.toJSON() } }
        : { path, found },
    ),
  }));
}

/** Likewise. */
export function encodeCall(call: WholeCall): WireCall {
  if (call.type === "overwrite") {
    const { path, content } = call.request;
    return { type: "overwrite", path, base64: toBase64(content) };
  }
  if (call.type !== "write") return call;
  const { content, validate, expects, ...rest } = call.request;
  const isChecked = validate !== undefined;
  const expected = expects === undefined ? {} : { expectsBase64: toBase64(expects) };
  const request = { ...rest, ...expected, base64: toBase64(content), isChecked };
  return { type: "write", request };
}

/** The reading that was encoded. */
export function decodeReading(wire: WireReadingAnswer): Observation<FileReading> {
  return decode(wire, ({ base64, ...rest }) =>
    base64 === undefined ? rest : { ...rest, bytes: fromBase64(base64) },
  );
}

/** The names that were encoded. */
export function decodeNames(
  wire: WireObservation<readonly string[]>,
): Observation<readonly string[]> {
  return decode(wire, (names) => names);
}

/** The tree that was encoded. */
export function decodeTree(wire: WireObservation<WireTree>): Observation<TreeReading> {
  return decode(wire, ({ entry, entries }) => ({
    entry,
    entries: entries.map(({ path, found }) =>
      found.type === "unknown"
        ? { path, found: { type: "unknown", fault: new Fault(found.fault) } }
        : { path, found },
    ),
  }));
}

/** The call that was encoded; what is to be checked is checked by `check`. */
export function decodeCall(wire: WireCall, check: (path: string) => Promise<void>): WriteCall {
  if (wire.type === "overwrite") {
    const { path, base64: bytes } = wire;
    return { type: "overwrite", request: { path, content: fromBase64(bytes) } };
  }
  if (wire.type !== "write") return wire;
  const { base64, expectsBase64, isChecked, ...rest } = wire.request;
  const expected = expectsBase64 === undefined ? {} : { expects: fromBase64(expectsBase64) };
  const request = { ...rest, ...expected, content: fromBase64(base64) };
  return { type: "write", request: isChecked ? { ...request, validate: check } : request };
}

/** Reads what the other end of the pipe, our own code, has written. @throws SyntaxError when it was cut short. */
export function parseStart(text: string): RemoteStart {
  return JSON.parse(text) as RemoteStart;
}

/** Likewise. */
export function parseWords(text: string): RemoteWords {
  return JSON.parse(text) as RemoteWords;
}

/** Likewise. */
export function parseReply(text: string): RemoteReply {
  return JSON.parse(text) as RemoteReply;
}

function encode<T, W>(observation: Observation<T>, value: (plain: T) => W): WireObservation<W> {
  if (observation.type === "present") return { type: "present", value: value(observation.value) };
  if (observation.type === "absent") return { type: "absent" };
  return { type: "unknown", fault: observation.fault.toJSON() };
}

function decode<W, T>(wire: WireObservation<W>, value: (encoded: W) => T): Observation<T> {
  if (wire.type === "present") return present(value(wire.value));
  return wire.type === "absent" ? ABSENT : unknown(new Fault(wire.fault));
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, "base64"));
}
