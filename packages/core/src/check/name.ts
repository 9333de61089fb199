/** What a name may be, to complete "must be …". */
export const NAME_RULE = "a text of at least one character, without control characters";

/** Tells whether a text can name something: names are shown on terminals and written into logs. */
export function isPlainName(text: string): boolean {
  return text !== "" && text.isWellFormed() && text.search(CONTROL_CHARACTER) < 0;
}

/** A name as it can be shown, whatever is in it. */
export function showName(text: string): string {
  return text.toWellFormed().replaceAll(CONTROL_CHARACTER, "\ufffd");
}

const CONTROL_CHARACTER = /\p{Cc}/gu;
