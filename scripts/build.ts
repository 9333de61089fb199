/**
 * Bundles the `holdfast` command. `npm ci` runs it as `prepare`, so it stays quiet and takes a second or two.
 *
 * One bundle with splitting: what a command does not need stays in a chunk it never loads. The compile cache is warmed
 * here, so that the first run on a machine is as fast as the hundredth.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const outdir = join(root, "apps/holdfast/dist");
const command = join(root, "apps/holdfast/bin/holdfast.js");

/** Names under `dist`, and what they are made of. All lie in one folder, so that a chunk finds a worker beside it. */
const entries = {
  main: "apps/holdfast/src/main.ts",
  sdk: "apps/holdfast/src/sdk.ts",
  "blueprint-worker": "packages/agent/src/sources/blueprint-worker.ts",
};

rmSync(outdir, { recursive: true, force: true });
await bundle();
warm();

/** Bundles every entry. `koffi` stays outside because it carries a native library beside its code. */
async function bundle(): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: Object.entries(entries)
      .filter(([, input]) => existsSync(join(root, input)))
      .map(([out, input]) => ({ in: input, out })),
    outdir,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node24",
    conditions: ["source"],
    external: ["koffi"],
    minifySyntax: true,
    minifyWhitespace: true,
    keepNames: false,
    legalComments: "none",
    // Parts of the bundle are CommonJS and ask for node's own modules by require.
    banner: {
      js: 'import{createRequire as bundleRequire}from"node:module";const require=bundleRequire(import.meta.url);',
    },
    logLevel: "warning",
  });
}

/** Runs the command on a throw-away root, so that the compile cache holds what start-up and a plan load. */
function warm(): void {
  if (!existsSync(join(outdir, "main.js")) || statSync(command).size < 100) return;
  const scratch = mkdtempSync(join(tmpdir(), "holdfast-build-"));
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
