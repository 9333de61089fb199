import { Fault } from "@holdfast/core";

/** Each costs a write to the disk; a program that rewrites the file more often leaves no room for anybody else. */
const MOST_EDITS = 8;

/**
 * Edits a file that others may write too: `edit` reads it and writes it, expecting what it read. Where another program
 * changed it meanwhile, that is done again with the bytes of then.
 * @throws {Fault} ChangedMeanwhile, when it was changed each time; what `edit` throws.
 */
export async function editAgain<T>(edit: () => Promise<T>): Promise<T> {
  for (let count = 1; ; count++) {
    try {
      return await edit();
    } catch (error) {
      const isChanged = error instanceof Fault && error.reason === "ChangedMeanwhile";
      if (!isChanged || count === MOST_EDITS) throw error;
    }
  }
}
