#!/usr/bin/env node
// The command's door, plain JavaScript that an old Node can read: it finds a Node 24, turns on a compile cache that
// only this user can write, and goes in.
import { existsSync, readFileSync } from "node:fs";
import module, { createRequire } from "node:module";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { findPrivateCache } from "./private-cache.js";

const NEEDED_MAJOR = 24;
const FORWARDED = ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGUSR2"];

const here = fileURLToPath(import.meta.url);
const dist = join(dirname(here), "..", "dist");
const main = join(dist, "main.js");

if (majorOf(process.versions.node) < NEEDED_MAJOR) await runWithOtherNode();
else if (!existsSync(main)) complain(`${main} is not built`, "Run: npm run build");
else {
  // What comes out of the cache stays in memory; an agent that serves starts once and holds it for months.
  const cache = process.argv[2] === "serve" ? undefined : findPrivateCache(dist, process.env);
  if (cache !== undefined) module.enableCompileCache?.(cache);
  await import(pathToFileURL(main).href);
}

/** Runs this file again with the Node that the package `node` brings, as if it were this process. */
async function runWithOtherNode() {
  const node = otherNode();
  if (node === undefined) {
    complain(
      `holdfast needs Node.js ${NEEDED_MAJOR} or later, and this is ${process.versions.node}`,
      `Install Node.js ${NEEDED_MAJOR}, or the package that brings it: npm install node@${NEEDED_MAJOR}`,
    );
    return;
  }
  const { spawn } = await import("node:child_process");
  const child = spawn(node, [here, ...process.argv.slice(2)], { stdio: "inherit" });
  for (const signal of FORWARDED) process.on(signal, () => child.kill(signal));
  child.on("error", (error) =>
    complain(`${node} cannot be started: ${error.message}`, "Run: npm ci"),
  );
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
  });
}

/** The binary of the package `node`, when it is installed and new enough. */
function otherNode() {
  const require = createRequire(import.meta.url);
  try {
    const manifest = require.resolve("node/package.json");
    const { version } = JSON.parse(readFileSync(manifest, "utf8"));
    const binary = join(
      dirname(manifest),
      "bin",
      process.platform === "win32" ? "node.exe" : "node",
    );
    return majorOf(version) >= NEEDED_MAJOR && existsSync(binary) ? binary : undefined;
  } catch (error) {
    if (error.code === "MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}

function majorOf(version) {
  return Number(version.split(".")[0]);
}

function complain(what, resolution) {
  console.error(`error: ${what}\n  → ${resolution}`);
  process.exitCode = 1;
}
