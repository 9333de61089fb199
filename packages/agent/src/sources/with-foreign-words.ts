import { type Diagnosed, hasErrors, type Manifest } from "@holdfast/core";
import type { ForeignWords } from "@holdfast/core/foreign-words";
import type { SourceOptions } from "./source-options.ts";

/**
 * Reads a second time what has mistakes, with the words of other tools at hand: the advice is better then, and a source
 * without mistakes never loads them.
 */
export async function withForeignWords(
  { foreignWords }: Pick<SourceOptions, "foreignWords">,
  read: (words?: ForeignWords) => Diagnosed<Manifest>,
): Promise<Diagnosed<Manifest>> {
  const first = read();
  if (foreignWords === undefined || !hasErrors(first.diagnostics)) return first;
  return read(await foreignWords());
}
