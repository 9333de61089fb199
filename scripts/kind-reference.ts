/** Writes what is derived from the kinds: `npm run kinds`. A test compares it with what is there. */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { kindPages } from "./kind-reference/kind-pages.ts";

const repository = fileURLToPath(new URL("..", import.meta.url));
for (const [path, text] of Object.entries(kindPages())) writeFileSync(`${repository}${path}`, text);
