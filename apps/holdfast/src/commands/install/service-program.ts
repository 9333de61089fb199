import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { refuseUnsafeProgram } from "@holdfast/agent";
import type { Surroundings } from "../../surroundings.ts";
import { pathWithin } from "./path-within.ts";

/** What the service will run, and what speaks against it. */
export interface ServiceProgram {
  readonly words: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * This command, as the service will run it: the same Node and the same file. For an image, those at the same place in
 * there, or where they are when they lie in it already.
 * @throws {Fault} PathUnsafe, when somebody other than root could change what root's service runs.
 */
export function serviceProgram(
  root: string,
  { program, userId }: Pick<Surroundings, "program" | "userId">,
): ServiceProgram {
  const words = program.map((word) => pathWithin(root, word) ?? word);
  if (root === "/") {
    // The code itself, wherever the command that was called has loaded it from.
    const files = [...program, fileURLToPath(import.meta.url)];
    for (const file of files.filter(isPath)) refuseUnsafeProgram(file, userId);
    return { words, warnings: [] };
  }
  const missing = words.filter((word) => isPath(word) && !existsSync(join(root, word)));
  const warnings = missing.map((path) => `the service cannot start before the image has ${path}`);
  return { words, warnings };
}

function isPath(word: string): boolean {
  return word.startsWith("/");
}
