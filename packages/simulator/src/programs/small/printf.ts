import type { ByteText } from "../machine/byte-text.ts";
import { NotUnderstood } from "../machine/not-understood.ts";
import type { Program } from "../machine/process.ts";

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  "\\": "\\",
  '"': '"',
};

type Piece =
  | { readonly type: "text"; readonly text: ByteText }
  | { readonly type: "word" | "integer"; readonly flags: string; readonly width: number };

/** `printf FORMAT [WORD…]` with %s, %d and %%, their `-` and `0` and widths, and the usual escapes. */
export const printf: Program = (args) => {
  const [format, ...words] = args[0] === "--" ? args.slice(1) : args;
  if (format === undefined || format.startsWith("-"))
    throw new NotUnderstood(`printf ${format ?? "without a format"}`);
  const pieces = readFormat(format);
  const text = fill(pieces, words);
  return ({ stdout }) => {
    stdout.write(text);
    return 0;
  };
};

function fill(pieces: readonly Piece[], words: readonly ByteText[]): ByteText {
  const pending = [...words];
  const takes = pieces.some(({ type }) => type !== "text");
  if (!takes && words.length > 0)
    throw new NotUnderstood("printf with words that its format does not use");
  let text = "";
  do {
    for (const piece of pieces) text += piece.type === "text" ? piece.text : show(piece, pending);
  } while (pending.length > 0);
  return text;
}

function show(piece: Exclude<Piece, { type: "text" }>, pending: ByteText[]): ByteText {
  const word = pending.shift();
  const { flags, width } = piece;
  if (piece.type === "integer" && word !== undefined && !/^-?(?:0|[1-9]\d{0,14})$/.test(word))
    throw new NotUnderstood(`printf %d of ${word === "" ? "an empty word" : word}`);
  const text = word ?? (piece.type === "integer" ? "0" : "");
  if (flags.includes("-")) return text.padEnd(width);
  if (!flags.includes("0")) return text.padStart(width);
  const sign = text.startsWith("-") ? "-" : "";
  return sign + text.slice(sign.length).padStart(width - sign.length, "0");
}

function readFormat(format: ByteText): readonly Piece[] {
  const pieces: Piece[] = [];
  const token = /\\(?:[0-7]{1,3}|.)|%%|%([-0]*)(\d*)([sd])|[^\\%]+|./gs;
  for (const [all, flags = "", width = "", conversion] of format.matchAll(token)) {
    if (conversion !== undefined) pieces.push(readConversion(all, flags, width));
    else pieces.push({ type: "text", text: readText(all) });
  }
  return pieces;
}

function readConversion(all: ByteText, flags: string, width: string): Piece {
  const type = all.endsWith("s") ? "word" : "integer";
  if (Number(width) > 1000 || (type === "word" && flags.includes("0")) || flags.length > 1)
    throw new NotUnderstood(`printf ${all}`);
  return { type, flags, width: Number(width) };
}

function readText(piece: ByteText): ByteText {
  if (piece === "%%") return "%";
  if (piece === "%") throw new NotUnderstood("printf with another conversion than %s and %d");
  if (!piece.startsWith("\\")) return piece;
  const rest = piece.slice(1);
  if (/^[0-7]+$/.test(rest) && Number.parseInt(rest, 8) < 256)
    return String.fromCharCode(Number.parseInt(rest, 8));
  const known = ESCAPES[rest];
  if (known === undefined) throw new NotUnderstood(`printf with ${piece}`);
  return known;
}
