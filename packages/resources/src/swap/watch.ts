import { FSTAB } from "../fstab/fstab-file.ts";
import type { SwapSpec } from "./spec.ts";

/** fstab, and the file. Of what is swapped to the kernel tells nobody but by poll(2), so it is observed again and again. */
export function watchedPathsOfSwap({ area, isDevice }: SwapSpec): readonly string[] {
  return isDevice ? [FSTAB] : [FSTAB, area];
}
