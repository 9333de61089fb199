// What `dist/main.js` loads for every command that does something: the script `dist/command.cjs`, with its code cache.
import { join } from "node:path";
import { runScript } from "./code-cache.js";
import { findPrivateCache } from "./private-cache.js";

/** Commands that call what nearly every command calls. */
const TYPICAL = new Set(["apply", "plan"]);

const dist = join(import.meta.dirname, "..", "dist");
const [, , word = ""] = process.argv;

export const { runCommand } = runScript(
  join(dist, "command.cjs"),
  findPrivateCache(dist, process.env),
  TYPICAL.has(word),
);
