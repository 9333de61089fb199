/** What an escape, or a member of a class, stands for. */
export type Meaning =
  | { readonly type: "character"; readonly codePoint: number }
  /** Several characters, as they are written between the brackets of a class. */
  | { readonly type: "set"; readonly members: string }
  /** A place between characters. */
  | { readonly type: "place"; readonly source: string }
  | { readonly type: "refused"; readonly detail: string };

/** What `\s` stands for in JavaScript; other engines know six characters of it. */
const SPACE: readonly (readonly [number, number])[] = [
  [0x9, 0xd],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
];
const LAST_CODE_POINT = 0x10ffff;

const SETS: ReadonlyMap<string, string> = new Map([
  ["d", "\\d"],
  ["D", "\\D"],
  ["w", "\\w"],
  ["W", "\\W"],
  ["s", SPACE.map(([first, last]) => range(first, last)).join("")],
  ["S", complement(SPACE)],
]);

const WRITE_OUT = "write out what may stand there";

const CONTROLS: ReadonlyMap<string, number> = new Map([
  ["t", 0x9],
  ["n", 0xa],
  ["v", 0xb],
  ["f", 0xc],
  ["r", 0xd],
  ["0", 0],
]);

/** What to write for what other programs know and JavaScript does not. */
const INSTEAD: ReadonlyMap<string, string> = new Map([
  ["A", "write ^ for the beginning of the line"],
  ["z", "write $ for the end of the line"],
  ["Z", "write $ for the end of the line"],
  ["k", WRITE_OUT],
  ["h", "write [ \\t] for a blank"],
  ["R", "a pattern is tried on one line: leave it out"],
  ["u", "write the character itself"],
  ["x", "write two hexadecimal digits behind it, or the character itself"],
  ["p", "write the characters as a class, such as [a-z]"],
  ["P", "write the characters as a class, such as [^a-z]"],
  ["Q", "put a backslash before each character that means something"],
]);

/** An escape as JavaScript reads it (`\d`, `\x41`, `\.`), its backslash included. */
export function meaningOf(escape: string, isInClass: boolean): Meaning {
  const letter = escape.charAt(1);
  const members = SETS.get(letter);
  if (members !== undefined) return { type: "set", members };
  if (letter === "b" && isInClass) return character(0x8);
  if (letter === "b" || (letter === "B" && !isInClass)) return { type: "place", source: escape };
  const control = CONTROLS.get(letter);
  if (control !== undefined && escape.length === 2) return character(control);
  if (/^\\[0-9]/.test(escape)) return refusedNumber(escape, isInClass);
  if (/^\\[xu]./.test(escape)) return ofHexadecimal(escape);
  if (/^\\c./.test(escape)) return character(escape.charCodeAt(2) % 32);
  if (!/^\\[A-Za-z0-9]/.test(escape)) return character(escape.codePointAt(1) ?? 0);
  const instead = INSTEAD.get(letter) ?? `write ${letter} without the backslash`;
  return { type: "refused", detail: `${escape} means nothing here: ${instead}` };
}

/** A character as it can stand anywhere in a pattern, in a class too. */
export function written(codePoint: number): string {
  return `\\x{${codePoint.toString(16)}}`;
}

/** The characters from one to another, in a class. */
export function range(first: number, last: number): string {
  return first === last ? written(first) : `${written(first)}-${written(last)}`;
}

function character(codePoint: number): Meaning {
  return { type: "character", codePoint };
}

function ofHexadecimal(escape: string): Meaning {
  const codePoint = Number.parseInt(escape.slice(2), 16);
  const isSurrogate = codePoint >= 0xd800 && codePoint <= 0xdfff;
  if (!isSurrogate) return character(codePoint);
  return { type: "refused", detail: `${escape} is half a character: write the character itself` };
}

function refusedNumber(escape: string, isInClass: boolean): Meaning {
  const isOctal = isInClass || escape.startsWith("\\0");
  const what = isOctal ? "names a character by its octal number" : "refers back to a group";
  const instead = isOctal ? "write the character itself" : WRITE_OUT;
  return { type: "refused", detail: `${escape} ${what}: ${instead}` };
}

/** Every character that is in none of the ranges. They are in order and none begins or ends the whole. */
function complement(ranges: readonly (readonly [number, number])[]): string {
  const starts = [0, ...ranges.map(([, last]) => last + 1)];
  const ends = [...ranges.map(([first]) => first - 1), LAST_CODE_POINT];
  return starts.map((start, position) => range(start, ends[position] ?? start)).join("");
}
