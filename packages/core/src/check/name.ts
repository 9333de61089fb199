import { showBytes } from "../fault/show-bytes.ts";

/** As long as a path may be. */
const LONGEST_NAME = 4_096;

/** What a name may be, to complete "must be …". */
export const NAME_RULE = `a text of 1 to ${LONGEST_NAME} characters, without control characters`;

/** Names are shown on terminals and written into logs: no control character, and no half of a surrogate pair. */
export const PLAIN_NAME = /^[^\p{Cc}\p{Cs}]{1,4096}$/u;

/** Tells whether a text can name something. */
export function isPlainName(text: string): boolean {
  return PLAIN_NAME.test(text);
}

/** A name as it can be shown, whatever is in it. */
export function showName(text: string): string {
  return showBytes(text).replaceAll(CONTROL_CHARACTER, "\ufffd");
}

const CONTROL_CHARACTER = /\p{Cc}/gu;
