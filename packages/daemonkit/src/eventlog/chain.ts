import { createHash } from "node:crypto";
import { DaemonFault } from "../daemon-fault.ts";

/** What the first line of a chain builds on. */
export const CHAIN_START = "0".repeat(64);

const SEAL_START = Buffer.from(',"hash":"');
const SEAL_END = Buffer.from('"}');
const HASH_CHARACTERS = 64;
/** What sealing and a line break add to a body. */
export const SEAL_BYTES = SEAL_START.length + HASH_CHARACTERS + SEAL_END.length;

/**
 * Seals a JSON object: its last field becomes `hash`, the SHA-256, in hexadecimal, of the hash of the line before it
 * (`first` where there is none) followed by the object as it was without that field.
 * @throws {DaemonFault} EventLogBroken, when the line before it has no hash.
 */
export function sealLine(
  body: string,
  previous: string | undefined,
  first: string = CHAIN_START,
): string {
  const before = previous === undefined ? first : hashOf(Buffer.from(previous));
  if (before === undefined) throw brokenFault();
  return `${body.slice(0, -1)},"hash":"${chain(before, Buffer.from(body))}"}`;
}

/** The hash that a sealed line carries, whether it is right or not; `undefined` when it carries none. */
export function hashOf(line: Buffer): string | undefined {
  const at = line.length - SEAL_BYTES;
  const isSealed =
    at > 0 &&
    line.subarray(at, at + SEAL_START.length).equals(SEAL_START) &&
    line.subarray(-SEAL_END.length).equals(SEAL_END);
  if (!isSealed) return undefined;
  const hash = line.subarray(at + SEAL_START.length, -SEAL_END.length).toString("latin1");
  return isHash(hash) ? hash : undefined;
}

/** Whether a text is a hash as lines carry it: 64 characters of lower-case hexadecimal. */
export function isHash(text: unknown): text is string {
  return typeof text === "string" && /^[0-9a-f]{64}$/.test(text);
}

/** Whether a line, byte by byte, is what was sealed after a line with this hash. */
export function followsFrom(before: string, line: Buffer): boolean {
  const hash = hashOf(line);
  if (hash === undefined) return false;
  const body = Buffer.concat([line.subarray(0, -SEAL_BYTES), Buffer.from("}")]);
  return chain(before, body) === hash;
}

function chain(before: string, body: Buffer): string {
  return createHash("sha256").update(before).update(body).digest("hex");
}

function brokenFault(): DaemonFault {
  return new DaemonFault({
    reason: "EventLogBroken",
    message: "the last line of the event log carries no hash, so nothing can follow it",
    resolution: "Verify the file, keep it as evidence, and begin another.",
  });
}
