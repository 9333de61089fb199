// The floor under a plan that finds nothing: read the declared state, read every file, compare. With `repair` the
// files that differ are written durably, which is the floor under an apply of few changes.
import { closeSync, lstatSync, openSync, readFileSync, readSync } from "node:fs";
import { writeDurably } from "./durable.js";

const [manifestPath, root, mode] = process.argv.slice(2);
const { resources } = JSON.parse(readFileSync(manifestPath, "utf8"));
const buffer = Buffer.alloc(64 * 1024);
const drifted = [];
for (const { name, spec } of resources) {
  const path = root + name;
  const stat = lstatSync(path);
  const descriptor = openSync(path, "r");
  const length = readSync(descriptor, buffer, 0, buffer.length, 0);
  closeSync(descriptor);
  const isSame = length === stat.size && buffer.latin1Slice(0, length) === spec.content;
  if (!isSame || (stat.mode & 0o7777) !== 0o644) drifted.push({ path, content: spec.content });
}
if (mode === "repair") await writeDurably(drifted, 64);
else if (drifted.length > 0) process.exitCode = 5;
