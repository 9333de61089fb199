import type { Reader } from "@holdfast/core";
import type { Surroundings } from "../surroundings.ts";

/** The readers of the output: this user; of the journal, all that may read the journal. */
export function readerOf({ userId, journal }: Pick<Surroundings, "userId" | "journal">): Reader {
  return { uid: journal.stdout ? undefined : userId };
}
