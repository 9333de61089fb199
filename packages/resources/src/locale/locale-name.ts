/** Language, territory, character set and modifier: `de_AT.UTF-8@euro`. */
const NAME = /^([A-Za-z][A-Za-z0-9_]*)(?:\.([A-Za-z0-9-]+))?(@[A-Za-z0-9]+)?$/;
const MOST_CHARACTERS = 64;

/** Those that the C library has in itself. */
const BUILT_IN: ReadonlySet<string> = new Set(["C", "POSIX", "C.utf8"]);

/** Whether a text is a name of a locale; whether the machine has it is another question. */
export function isLocaleName(text: string): boolean {
  return text.length <= MOST_CHARACTERS && NAME.test(text);
}

/**
 * A name as the C library compares it: `en_US.UTF-8` and `en_US.utf8` are one locale (`_nl_normalize_codeset` of glibc).
 */
export function comparableLocale(name: string): string {
  const [, place = name, charset, modifier = ""] = NAME.exec(name) ?? [];
  if (charset === undefined) return place + modifier;
  const letters = charset.toLowerCase().replaceAll("-", "");
  return `${place}.${/^\d+$/.test(letters) ? "iso" : ""}${letters}${modifier}`;
}

/** Whether every machine has it. */
export function isBuiltIn(name: string): boolean {
  return BUILT_IN.has(comparableLocale(name));
}

/** What makes a locale of UTF-8: the name of its source. `undefined` for any other character set. */
export function sourceOfLocale(name: string): string | undefined {
  const [, place = "", charset = "", modifier = ""] = NAME.exec(name) ?? [];
  return /^utf-?8$/i.test(charset) ? place + modifier : undefined;
}
