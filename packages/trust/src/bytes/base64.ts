import { Buffer } from "node:buffer";

/** Bytes as base64, with padding. */
export function printBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}

/** Reads base64 exactly as `printBase64` writes it. `undefined` for any other text, so that bytes have one text. */
export function parseBase64(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, "base64");
  return bytes.toString("base64") === text ? bytes : undefined;
}
