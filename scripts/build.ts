/**
 * Bundles the `holdfast` command. `npm ci` runs it as `prepare`, so it stays quiet and takes a second or two.
 *
 * One bundle with splitting: what a command does not need stays in a chunk it never loads. The compile cache is warmed
 * here, so that the first run on a machine is as fast as the hundredth.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const outdir = join(root, "apps/holdfast/dist");
const command = join(root, "apps/holdfast/bin/holdfast.js");

/** Names under `dist`, and what they are made of. All lie in one folder, so that a chunk finds a worker beside it. */
const entries = {
  main: "apps/holdfast/src/main.ts",
  sdk: "apps/holdfast/src/sdk.ts",
  "blueprint-worker": "packages/agent/src/sources/blueprint/blueprint-worker.ts",
  "remote-reader": "packages/host/src/files/remote/remote-reader.ts",
};

await bundle();
warm();

/**
 * Bundles every entry, and replaces `dist` when that has succeeded. `koffi` stays outside because it carries a native
 * library beside its code.
 */
async function bundle(): Promise<void> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: Object.entries(entries).map(([out, input]) => ({ in: input, out })),
    write: false,
    outdir,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node24",
    conditions: ["source"],
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

/** Runs the command on a throw-away root, so that the compile cache holds what start-up and a plan load. */
function warm(): void {
  // Not in the usual place: root obeys no manifest under a directory that others can write.
  const scratch = mkdtempSync(join(outdir, "warm-"));
  try {
    const manifest = join(scratch, "manifest.json");
    const resource = { kind: "file", name: "/motd", spec: { content: "hello\n" } };
    const metadata = { name: "warm" };
    const text = { apiVersion: "holdfast/v1", kind: "Manifest", metadata, resources: [resource] };
    writeFileSync(manifest, JSON.stringify(text));
    run(["version"]);
    run(["plan", manifest, "--root", scratch, "--out", "json"]);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** A command that cannot run yet is no reason to fail an installation: the tests say what is wrong with it. */
function run(args: readonly string[]): void {
  const { NODE_OPTIONS: _options, ...env } = process.env;
  spawnSync(process.execPath, [command, ...args], { env, stdio: "ignore", timeout: 20_000 });
}
