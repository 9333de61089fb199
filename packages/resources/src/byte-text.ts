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
