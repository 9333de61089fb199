import { type ByteText, toByteText } from "./byte-text.ts";
import type { Process } from "./process.ts";

/** Characters that have a meaning to a shell wherever they stand. */
const SPECIAL = /[\s!"$&'()*;<=>?[\\\]^`|]/;

/** A name as coreutils show it where it stands in a sentence: always quoted, so that a shell would read it. */
export function quoted(name: ByteText): ByteText {
  if (!name.includes("'")) return `'${name}'`;
  return /["$`\\]/.test(name) ? `'${name.replaceAll("'", "'\\''")}'` : `"${name}"`;
}

/** A name as coreutils show it before a colon: quoted where a shell needs it. */
export function quotedIfNeeded(name: ByteText): ByteText {
  return name === "" || SPECIAL.test(name) || /^[#~]/.test(name) ? quoted(name) : name;
}

/** A word as coreutils show it in the quotes of the locale. */
export function localeQuoted(word: ByteText, { environment }: Process): ByteText {
  const locale =
    environment.get("LC_ALL") ?? environment.get("LC_CTYPE") ?? environment.get("LANG") ?? "C";
  return /utf-?8$/i.test(locale) ? toByteText(`‘`) + word + toByteText(`’`) : `'${word}'`;
}
