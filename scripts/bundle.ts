/**
 * The bundle of the `holdfast` command. One bundle with splitting: what a command does not need stays in a chunk that it
 * never loads.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
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
 * Bundles every entry, and replaces `outdir` when that has succeeded. `koffi` stays outside because it carries a native
 * library beside its code.
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
    // Its other form, which Node loads, looks for its parts in a way that a bundle cannot follow.
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
  rmSync(outdir, { recursive: true, force: true });
  for (const { path, contents } of outputFiles) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, contents);
  }
}
