/**
 * The bundle of the `holdfast` command. One bundle with splitting: what a command does not need stays in a chunk that it
 * never loads.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** Names under `dist`, and what they are made of. All lie in one folder, so that a chunk finds a worker beside it. */
const entries = {
  main: "apps/holdfast/src/main.ts",
  sdk: "apps/holdfast/src/sdk.ts",
  "blueprint-worker": "packages/agent/src/sources/blueprint/blueprint-worker.ts",
  "thread-reader": "packages/host/src/files/thread/thread-reader.ts",
  "remote-reader": "packages/host/src/files/remote/remote-reader.ts",
};

/**
 * Bundles every entry into `outdir`. `koffi` stays outside because it carries a native library beside its code.
 *
 * Only files that differ are written, so a command that runs meanwhile is not disturbed by a bundle of the same sources.
 */
export async function bundle(outdir: string): Promise<void> {
  const { outputFiles } = await build({
    absWorkingDir: fileURLToPath(new URL("..", import.meta.url)),
    entryPoints: Object.entries(entries).map(([out, input]) => ({ in: input, out })),
    write: false,
    outdir,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node24",
    conditions: ["@holdfast/source"],
    external: ["koffi"],
    // Its other form, which Node loads, loads its parts in a way that a bundle cannot follow.
    alias: { "jsonc-parser": "jsonc-parser/lib/esm/main.js" },
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: "none",
    // Parts of the bundle are CommonJS and ask for node's own modules by require.
    banner: {
      js: 'import{createRequire as bundleRequire}from"node:module";const require=bundleRequire(import.meta.url);',
    },
    logLevel: "warning",
  });
  mkdirSync(outdir, { recursive: true });
  for (const { path, contents } of outputFiles) writeIfOther(path, contents);
  removeOthers(outdir, new Set(outputFiles.map(({ path }) => path)));
}

function writeIfOther(path: string, contents: Uint8Array): void {
  try {
    if (readFileSync(path).equals(contents)) return;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
  writeFileSync(path, contents);
}

/** Removes the chunks of earlier bundles. What else lies there (types, the compile cache) is not of the bundle. */
function removeOthers(outdir: string, ours: ReadonlySet<string>): void {
  for (const name of readdirSync(outdir).filter((each) => each.endsWith(".js"))) {
    const path = join(outdir, name);
    if (!ours.has(path)) rmSync(path);
  }
}
