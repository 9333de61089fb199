import { Fault } from "@holdfast/core";

const encoder = new TextEncoder();
const lossyDecoder = new TextDecoder("utf-8", { ignoreBOM: true });
const strictDecoder = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });

/** Characters made from bytes at a time; more arguments than this could overflow the stack. */
const SLICE_BYTES = 8192;

/** The UTF-8 of a text. */
export function encodeText(text: string): Uint8Array {
  return encoder.encode(text);
}

/** The text of UTF-8 bytes, exactly; `undefined` for bytes that are no UTF-8. */
export function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return strictDecoder.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/**
 * Bytes as a string of one character for each byte (0–255), on which line editing works: whatever is not touched goes
 * back exactly as it came, in any encoding. (A `latin1` TextDecoder is windows-1252 and loses bytes.)
 */
export function toByteString(bytes: Uint8Array): string {
  const slices: string[] = [];
  for (let at = 0; at < bytes.length; at += SLICE_BYTES) {
    slices.push(String.fromCharCode(...bytes.subarray(at, at + SLICE_BYTES)));
  }
  return slices.join("");
}

/** The bytes of a byte string. */
export function fromByteString(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

/** The UTF-8 of a text, as a byte string. */
export function byteStringOf(text: string): string {
  return isAscii(text) ? text : toByteString(encodeText(text));
}

/** A byte string as text for people and patterns; bytes that are not UTF-8 become `�`. */
export function readableText(byteString: string): string {
  return isAscii(byteString) ? byteString : lossyDecoder.decode(fromByteString(byteString));
}

function isAscii(text: string): boolean {
  return !/[^\0-\x7f]/.test(text);
}

/** A byte order mark in a byte string of UTF-8. It is no part of the first line. */
export const BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf";

/**
 * The fault of a text of two or four bytes for each character, in which a line of one byte for each would be nonsense;
 * `undefined` for any other. It is known by its mark, or by how it begins: no text of single bytes has a zero beside each
 * of its first two characters.
 */
export function wideTextFault(bytes: Uint8Array, path: string): Fault | undefined {
  const begin = toByteString(bytes.subarray(0, 4));
  if (!WIDE_BEGINNINGS.test(begin)) return undefined;
  return new Fault({
    reason: "ContentInvalid",
    message: `${path} is UTF-16 or UTF-32, and only texts of single bytes such as UTF-8 are edited`,
    resolution: `Convert it (iconv -f UTF-16 -t UTF-8 ${path}), or declare the whole file.`,
  });
}

const WIDE_BEGINNINGS =
  /^(?:\xff\xfe|\xfe\xff|\0\0\xfe\xff|[^\0]\0[^\0]\0|\0[^\0]\0[^\0]|[^\0]\0\0\0|\0\0\0[^\0])/;
