import { Fault, parseResourceId, type ResourceId } from "@holdfast/core";

/** The ids that words of a command line are. @throws {Fault} UsageInvalid, for a word that is no id. */
export function idsOf(words: readonly (string | undefined)[]): readonly ResourceId[] {
  return words.flatMap((word) => (word === undefined ? [] : [idOf(word)]));
}

function idOf(word: string): ResourceId {
  const id = parseResourceId(word);
  if (id !== undefined) return id;
  throw new Fault({
    reason: "UsageInvalid",
    message: `${word} is not an id`,
    resolution: "Write kind:name, for example file:/etc/motd.",
  });
}
