/** As long as a path may be. */
const LONGEST_NAME = 4_096;

/** What a name may be, to complete "must be …". */
export const NAME_RULE = `a text of 1 to ${LONGEST_NAME} characters, without control characters`;

/** Tells whether a text can name something: names are shown on terminals and written into logs. */
export function isPlainName(text: string): boolean {
  if (text === "" || text.length > LONGEST_NAME) return false;
  return text.isWellFormed() && text.search(CONTROL_CHARACTER) < 0;
}

/** A name as it can be shown, whatever is in it. */
export function showName(text: string): string {
  return text.toWellFormed().replaceAll(CONTROL_CHARACTER, "\ufffd");
}

const CONTROL_CHARACTER = /\p{Cc}/gu;
