// What `dist/main.js` loads for every command that does something: the script `dist/command.cjs`, with its code cache.
import { join } from "node:path";
import { runScript } from "./code-cache.js";
import { findPrivateCache } from "./private-cache.js";

/** Commands that open an agent of their own: they call ten times as much as those that only ask or tell. */
const OPENING = new Set(["apply", "export", "facts", "plan", "serve", "test", "validate"]);
/** Those whose first run leaves the code for all of them. */
const TYPICAL = new Set(["apply", "plan"]);

const dist = join(import.meta.dirname, "..", "dist");
const [, , word = "", ...others] = process.argv;
const opens = OPENING.has(word) && !others.includes("--help");

export const { runCommand } = runScript(join(dist, "command.cjs"), {
  directory: findPrivateCache(dist, process.env),
  use: opens ? "agent" : "client",
  isTypical: !opens || TYPICAL.has(word),
});
