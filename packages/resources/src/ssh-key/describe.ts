import type { AuthorizedKeyEntry } from "@holdfast/core";
import { decodeText, fromByteString } from "../byte-text.ts";
import { isAcceptedMode } from "./key-place.ts";
import type { ObservedKey, SshKeyObserved } from "./observe.ts";
import { comparableOptions, optionText, type SshKeyInput, type SshKeySpec } from "./spec.ts";

/**
 * Keys as an author would write them; `undefined` where one resource cannot say it: some of them are there and some are
 * not, one is there twice, others are to go, or sshd would not take the file.
 */
export function describeSshKey(
  spec: SshKeySpec,
  { keys: lines, others, mode, directoryMode }: SshKeyObserved,
): SshKeyInput | undefined {
  const isAccepted = [mode, directoryMode].every(
    (found) => found === undefined || isAcceptedMode(found),
  );
  if (!isAccepted || others.length > 0 || lines.some(({ length }) => length > 1)) return undefined;
  const { user } = spec;
  const present = lines.flatMap(([line]) => line ?? []);
  if (present.length === 0) return { user, key: spec.keys.map(keyText), state: "absent" };
  const [first, ...rest] = present;
  if (first === undefined || present.length < spec.keys.length) return undefined;
  if (rest.some((line) => !isSame(line, first))) return undefined;
  const options = first.options.map((option) => plainText(optionText(option)));
  const comment = plainText(first.comment);
  if (comment === undefined || !options.every((text) => text !== undefined)) return undefined;
  return {
    user,
    key: spec.keys.map(keyText),
    options,
    ...(rest.length > 0 ? {} : { comment }),
    ...(spec.isExclusive ? { exclusive: true } : {}),
  };
}

function isSame(one: ObservedKey, other: ObservedKey): boolean {
  return comparableOptions(one.options) === comparableOptions(other.options);
}

function keyText({ type, blob }: AuthorizedKeyEntry): string {
  return `${type} ${blob}`;
}

function plainText(byteString: string): string | undefined {
  const text = decodeText(fromByteString(byteString));
  return text === undefined || /\p{Cc}/u.test(text) ? undefined : text;
}
