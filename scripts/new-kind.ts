/**
 * Makes the folder of a new kind, registers it, and begins its page: `npm run new-kind -- NAME`.
 *
 * What it makes is a small kind that works and keeps the laws: one text in a file. Its author replaces the parts.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { createKind } from "./new-kind/create-kind.ts";

const [name, ...rest] = process.argv.slice(2);
if (name === undefined || rest.length > 0) {
  console.error("Say the name of the kind: npm run new-kind -- git-checkout");
  process.exitCode = 1;
} else {
  const repository = fileURLToPath(new URL("..", import.meta.url));
  const made = createKind(repository, name);
  if (typeof made === "string") {
    console.error(made);
    process.exitCode = 1;
  } else {
    // Names are of any length, so lines are.
    spawnSync("node_modules/.bin/biome", ["format", "--write", ...made], { cwd: repository });
    for (const path of made) console.log(`  ${path}`);
    console.log(`
The kind ${name} exists and keeps its laws: npm test -- packages/resources/src/${name}/conformance.test.ts
Now make it yours, from spec.ts on: docs/guide/new-kind.md goes with you.
Then: npm run kinds (the reference), npm run check, CHANGELOG.md.`);
  }
}
