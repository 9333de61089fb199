import { resolve } from "node:path";
import type { CommandOptions } from "./commands/command-options.ts";
import type { Surroundings } from "./surroundings.ts";

/** `--root` as an absolute path; `/` without it. */
export function rootOf({ root }: CommandOptions, { directory }: Surroundings): string {
  return root === undefined ? "/" : resolve(directory, root);
}
