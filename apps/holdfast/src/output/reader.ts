import type { Reader } from "@holdfast/core";
import type { Surroundings } from "../surroundings.ts";

/** Who will read what is printed: this user; of the journal, whoever may read the journal. */
export function readerOf({ userId, journal }: Pick<Surroundings, "userId" | "journal">): Reader {
  return { uid: journal.stdout ? undefined : userId };
}
