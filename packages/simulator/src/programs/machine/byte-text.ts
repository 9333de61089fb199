/**
 * Text as the programs of a machine see it: one character for each byte, so that what is not UTF-8 survives and sizes
 * are sizes. Names and messages in it are UTF-8 like any others.
 */
export type ByteText = string;

/** The bytes of a text that was written in characters. */
export function toByteText(text: string): ByteText {
  return Buffer.from(text, "utf8").toString("latin1");
}

/** The characters; what is not UTF-8 becomes U+FFFD, as in everything the host reads from a command. */
export function toCharacters(text: ByteText): string {
  return Buffer.from(text, "latin1").toString("utf8");
}

/** A byte text out of the bytes of a file. */
export function fromBytes(bytes: Uint8Array): ByteText {
  return Buffer.from(bytes).toString("latin1");
}

/** The bytes themselves. */
export function toBytes(text: ByteText): Uint8Array {
  return Buffer.from(text, "latin1");
}

/** True when the bytes are UTF-8 and no NUL is among them: only then do patterns mean the same everywhere. */
export function isPlainText(text: ByteText): boolean {
  return !text.includes("\0") && toByteText(toCharacters(text)) === text;
}

/** The lines without their newlines; a last line without one is a line too. */
export function linesOf(text: ByteText): ByteText[] {
  if (text === "") return [];
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}
