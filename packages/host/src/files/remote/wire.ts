import {
  ABSENT,
  Fault,
  type FaultData,
  type FileReading,
  type FileReadRequest,
  type Observation,
  present,
  unknown,
} from "@holdfast/core";

/** What the child is asked, one JSON text on its stdin. */
export interface RemoteQuestion {
  readonly root: string;
  readonly ask:
    | { readonly type: "read"; readonly requests: readonly FileReadRequest[] }
    | { readonly type: "list"; readonly path: string };
}

/** What it answers, one JSON text on its stdout. */
export type RemoteAnswer =
  | { readonly type: "read"; readonly answers: readonly WireReadingAnswer[] }
  | { readonly type: "list"; readonly answer: WireObservation<readonly string[]> };

/** An observation in JSON. */
type WireObservation<T> =
  | { readonly type: "present"; readonly value: T }
  | { readonly type: "absent" }
  | { readonly type: "unknown"; readonly fault: FaultData };

type WireReading = Omit<FileReading, "bytes"> & { readonly base64?: string };

/** What a look at a path gave, in JSON. */
export type WireReadingAnswer = WireObservation<WireReading>;

/** As JSON can carry it. */
export function encodeReading(observation: Observation<FileReading>): WireReadingAnswer {
  return encode(observation, ({ bytes, ...rest }) =>
    bytes === undefined ? rest : { ...rest, base64: Buffer.from(bytes).toString("base64") },
  );
}

/** Likewise. */
export function encodeNames(
  observation: Observation<readonly string[]>,
): WireObservation<readonly string[]> {
  return encode(observation, (names) => names);
}

/** The reading that was encoded. */
export function decodeReading(wire: WireReadingAnswer): Observation<FileReading> {
  return decode(wire, ({ base64, ...rest }) =>
    base64 === undefined
      ? rest
      : { ...rest, bytes: Uint8Array.from(Buffer.from(base64, "base64")) },
  );
}

/** The names that were encoded. */
export function decodeNames(
  wire: WireObservation<readonly string[]>,
): Observation<readonly string[]> {
  return decode(wire, (names) => names);
}

/** Reads what the other end of the pipe, our own code, has written. @throws SyntaxError when it was cut short. */
export function parseQuestion(text: string): RemoteQuestion {
  return JSON.parse(text) as RemoteQuestion;
}

/** Likewise. */
export function parseAnswer(text: string): RemoteAnswer {
  return JSON.parse(text) as RemoteAnswer;
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
