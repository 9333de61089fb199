import { readPublicKey, readTrustListFile, replaceTrustListFile } from "@holdfast/agent/trust";
import { changeTrustList, type Role, type TrustListChange } from "@holdfast/trust";
import { namedPath } from "../../named-path.ts";
import { listenForStop } from "../../stop-signals.ts";
import type { Surroundings } from "../../surroundings.ts";
import type { CommandOptions } from "../command-options.ts";
import { withOutput } from "../with-output.ts";
import { keyIdOf, keysIn } from "./key-words.ts";
import { reportUnsigned } from "./report-unsigned.ts";

type Words = readonly (string | undefined)[];

/** Changes the roots of a list, how many of them sign, or until when it is valid. */
export function set(words: Words, options: CommandOptions, surroundings: Surroundings) {
  return change(words, { options, surroundings }, async (_, signal) => {
    const { rootKey, threshold = 0, expires } = options;
    const roots =
      rootKey === undefined ? {} : { roots: await keysIn(rootKey, surroundings, signal) };
    return {
      type: "set",
      ...roots,
      ...(threshold === 0 ? {} : { threshold }),
      ...(expires === undefined ? {} : { expiresMs: expires }),
    };
  });
}

/** Gives a key one more role. */
export function add(words: Words, options: CommandOptions, surroundings: Surroundings) {
  return change(words, { options, surroundings }, async (word, signal) => {
    const { notBefore, notAfter } = options;
    const key = await readPublicKey(namedPath(word, surroundings), signal);
    const validity = {
      ...(notBefore === undefined ? {} : { notBeforeMs: notBefore }),
      ...(notAfter === undefined ? {} : { notAfterMs: notAfter }),
    };
    return { type: "add", key, role: roleOf(options), validity };
  });
}

/** Takes all roles of a key away; it can be given others later. */
export function remove(words: Words, options: CommandOptions, surroundings: Surroundings) {
  return change(words, { options, surroundings }, async (word, signal) => ({
    type: "remove",
    id: await keyIdOf(word, surroundings, signal),
  }));
}

/** Has a key count for nothing any more. */
export function revoke(words: Words, options: CommandOptions, surroundings: Surroundings) {
  return change(words, { options, surroundings }, async (word, signal) => {
    const why = options.reason === undefined ? {} : { why: options.reason };
    return { type: "revoke", id: await keyIdOf(word, surroundings, signal), ...why };
  });
}

/** Reads the list, has it changed as the second word and the options say, and writes it without a signature. */
async function change(
  [file = "", word = ""]: Words,
  asked: { readonly options: CommandOptions; readonly surroundings: Surroundings },
  changeOf: (word: string, signal: AbortSignal) => Promise<TrustListChange>,
): Promise<number> {
  return await withOutput(asked, async (output) => {
    using stop = listenForStop();
    const path = namedPath(file, asked.surroundings);
    const before = await readTrustListFile(path, asked.surroundings.userId, stop.signal);
    const isSigned = before.envelope.signatures.length > 0;
    const wanted = await changeOf(word, stop.signal);
    const envelope = changeTrustList({ list: before.list, isSigned }, wanted);
    await replaceTrustListFile(before, envelope, stop.signal);
    reportUnsigned(output, { path, envelope });
    return "changed";
  });
}

function roleOf(options: CommandOptions): Role {
  const { verbs = [], kinds = [], names = [], agents = [], tags, threshold = 0 } = options;
  const role = { verbs, kinds, names, agents };
  return {
    ...role,
    ...(tags === undefined ? {} : { tags }),
    ...(threshold === 0 ? {} : { threshold }),
  };
}
