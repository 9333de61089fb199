import {
  type BigIntStats,
  closeSync,
  fstatSync,
  openSync,
  readFileSync,
  type Stats,
  statSync,
} from "node:fs";
import { stat } from "node:fs/promises";
import { Fault } from "@holdfast/core";

/** So often a source is read that changes meanwhile. */
export const MOST_READINGS = 10;

/** What tells a file from another, and from itself with other content. */
export function identityOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join(" ");
}

/** That of the file that is at a path now; `undefined` when there is none, or it cannot be read. */
export async function identityAt(path: string): Promise<string | undefined> {
  return await stat(path, { bigint: true }).then(identityOf, () => undefined);
}

/** The same at once, for hooks that cannot wait. */
export function identityNow(path: string): string | undefined {
  try {
    return identityOf(statSync(path, { bigint: true }));
  } catch {
    // As above: whoever reads it says why it cannot be read.
    return undefined;
  }
}

/** The content of a file and what tells it from others, both of one open file. @throws what the system says. */
export function readIdentified(path: string): {
  readonly bytes: Buffer;
  readonly entry: Stats;
  readonly identity: string;
} {
  const file = openSync(path, "r");
  try {
    const identity = identityOf(fstatSync(file, { bigint: true }));
    return { bytes: readFileSync(file), entry: fstatSync(file), identity };
  } finally {
    closeSync(file);
  }
}

/** The fault of a source that was never read in one piece. */
export function sourceChanging(path: string): Fault {
  return new Fault({
    reason: "SourceChanging",
    message: `${path} was changed each of the ${MOST_READINGS} times that it was read`,
    resolution: "Change it in one go: write a new directory beside it, and rename that.",
  });
}
