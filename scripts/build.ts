/**
 * Bundles the `holdfast` command. `npm ci` runs it as `prepare`, so it stays quiet and takes a second or two.
 *
 * The compile cache is warmed here, so that the first run on a machine is as fast as the hundredth.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle } from "./bundle.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const outdir = join(root, "apps/holdfast/dist");
const command = join(root, "apps/holdfast/bin/holdfast.js");

await bundle(outdir);
// What older bundles left in it would stay for ever.
rmSync(join(outdir, "compile-cache"), { recursive: true, force: true });
warm();

/** Runs the command on a throw-away root, so that the compile cache holds what start-up, a plan and an apply call. */
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
    run(["--help"]);
    // It does all that a plan does, and more: what is called here is compiled for every command that opens an agent.
    run(["apply", manifest, "--root", scratch]);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** A command that cannot run yet is no reason to fail an installation: the tests say what is wrong with it. */
function run(args: readonly string[]): void {
  const { NODE_OPTIONS: _options, ...env } = process.env;
  spawnSync(process.execPath, [command, ...args], { env, stdio: "ignore", timeout: 20_000 });
}
