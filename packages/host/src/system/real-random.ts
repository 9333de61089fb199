import { randomBytes } from "node:crypto";
import type { Random } from "@holdfast/core";

/** The machine's chance: `hex` comes from the kernel and cannot be guessed. */
export const realRandom: Random = {
  next: () => Math.random(),
  hex: (bytes) => randomBytes(bytes).toString("hex"),
};
