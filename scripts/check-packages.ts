/**
 * Has the packages judged as npm would publish them: `npm run check:packages`. publint reads what package.json promises,
 * "are the types wrong" whether TypeScript finds the types that Node's own resolution leads to.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { buildPackages } from "./packages/build-packages.ts";
import { packPackages } from "./packages/pack-packages.ts";

/** The packages are ES modules for Node 24: the rules of Node 10, and a `require` of Node 16, do not find them. */
const NOT_FOR = new Set(["node10", "node16-cjs"]);

await buildPackages();
const directory = mkdtempSync(join(tmpdir(), "holdfast-packages-"));
try {
  const tarballs = packPackages(directory);
  for (const { name, path } of tarballs) {
    for (const problem of await problemsOf(readFileSync(path))) {
      console.error(`${name}: ${problem}`);
      process.exitCode = 1;
    }
  }
  console.log(`${tarballs.length} packages judged.`);
} finally {
  rmSync(directory, { recursive: true });
}

async function problemsOf(tarball: Buffer): Promise<readonly string[]> {
  const bytes = new Uint8Array(tarball);
  const { messages, pkg } = await publint({ pack: { tarball: bytes.buffer }, strict: true });
  const types = await checkPackage(createPackageFromTarballData(bytes));
  if (types.types === false) return ["it has no types"];
  return [
    ...messages.map((message) => formatMessage(message, pkg) ?? message.code),
    ...types.problems
      .filter((problem) => !("resolutionKind" in problem && NOT_FOR.has(problem.resolutionKind)))
      .map((problem) => JSON.stringify(problem)),
  ];
}
