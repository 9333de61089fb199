/**
 * The bundle of the `holdfast` command: modules for what is imported or started by its name, and one script for the command
 * itself, which `bin` runs with a code cache of its own. In the script a module is evaluated when it is needed first.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type BuildOptions, type OutputFile, type Plugin } from "esbuild";
import { lazyKinds } from "./bundle/lazy-kinds.ts";

/** Names under `dist`, and what they are made of. All lie in one folder, so that a chunk finds a worker beside it. */
const modules = {
  main: "apps/holdfast/src/main.ts",
  sdk: "apps/holdfast/src/sdk.ts",
  "blueprint-worker": "packages/agent/src/sources/blueprint/blueprint-worker.ts",
  "thread-reader": "packages/host/src/files/thread/thread-reader.ts",
  "remote-reader": "packages/host/src/files/remote/remote-reader.ts",
};

const script = { command: "apps/holdfast/src/command-line/run-command.ts" };

/** In the bundle the command is the script. */
const commandAsScript: Plugin = {
  name: "command-as-script",
  setup({ onResolve }) {
    onResolve({ filter: /\/command-line\/run-command\.ts$/ }, () => ({
      path: "../bin/run-command.js",
      external: true,
    }));
  },
};

/**
 * Bundles everything into `outdir`. `koffi` stays outside because it carries a native library beside its code.
 *
 * Only files that differ are written, so a command that runs meanwhile is not disturbed by a bundle of the same sources.
 */
export async function bundle(outdir: string): Promise<void> {
  const files = [...(await bundleModules(outdir)), ...(await bundleScript(outdir))];
  mkdirSync(outdir, { recursive: true });
  for (const { path, contents } of files) writeIfOther(path, contents);
  removeOthers(outdir, new Set(files.map(({ path }) => path)));
}

async function bundleModules(outdir: string): Promise<readonly OutputFile[]> {
  const { outputFiles } = await build({
    ...optionsOf(modules, outdir),
    write: false,
    splitting: true,
    format: "esm",
    plugins: [commandAsScript],
    // Parts of the bundle are CommonJS and ask for node's own modules by require.
    banner: {
      js: 'import{createRequire as bundleRequire}from"node:module";const require=bundleRequire(import.meta.url);',
    },
  });
  return outputFiles;
}

/** A function that `bin/code-cache.js` calls; before it, what tells this text from others. */
async function bundleScript(
  outdir: string,
): Promise<readonly Pick<OutputFile, "path" | "contents">[]> {
  const { outputFiles } = await build({
    ...optionsOf(script, outdir),
    write: false,
    format: "cjs",
    outExtension: { ".js": ".cjs" },
    plugins: [lazyKinds],
    // A script may import nothing without a warning of Node.
    supported: { "dynamic-import": false },
    define: { "import.meta.url": "moduleUrl", "import.meta.dirname": "moduleDirectory" },
    banner: { js: "(function(module,require,moduleUrl,moduleDirectory){" },
    footer: { js: "})" },
  });
  return outputFiles.map(({ path, text }) => {
    const identity = createHash("sha256").update(text).digest("hex").slice(0, 16);
    return { path, contents: Buffer.from(`/*${identity}*/${text}`) };
  });
}

function optionsOf(entries: Readonly<Record<string, string>>, outdir: string): BuildOptions {
  return {
    absWorkingDir: fileURLToPath(new URL("..", import.meta.url)),
    entryPoints: Object.entries(entries).map(([out, input]) => ({ in: input, out })),
    outdir,
    bundle: true,
    platform: "node",
    target: "node24",
    charset: "ascii",
    conditions: ["@holdfast/source"],
    external: ["koffi"],
    // Its other form, which Node loads, loads its parts in a way that a bundle cannot follow.
    alias: { "jsonc-parser": "jsonc-parser/lib/esm/main.js" },
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: "none",
    logLevel: "warning",
  };
}

function writeIfOther(path: string, contents: Uint8Array): void {
  try {
    if (readFileSync(path).equals(contents)) return;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
  writeFileSync(path, contents);
}

/** Removes the files of earlier bundles. What else lies there (types, the compile cache) is not of the bundle. */
function removeOthers(outdir: string, ours: ReadonlySet<string>): void {
  for (const name of readdirSync(outdir).filter((each) => /\.c?js$/.test(each))) {
    const path = join(outdir, name);
    if (!ours.has(path)) rmSync(path);
  }
}
