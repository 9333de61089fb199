// The floor under a resync: read and compare every file on SIGHUP, in slices of 2 ms.
import { closeSync, lstatSync, openSync, readFileSync, readSync } from "node:fs";

const SLICE_MS = 2;
const [manifestPath, root] = process.argv.slice(2);
const { resources } = JSON.parse(readFileSync(manifestPath, "utf8"));
const buffer = Buffer.alloc(64 * 1024);

process.on("SIGHUP", async () => {
  let sliceStartMs = performance.now();
  for (const { name, spec } of resources) {
    const path = root + name;
    const stat = lstatSync(path);
    const descriptor = openSync(path, "r");
    const length = readSync(descriptor, buffer, 0, buffer.length, 0);
    closeSync(descriptor);
    if (length !== stat.size || buffer.latin1Slice(0, length) !== spec.content)
      throw new Error(path);
    if (performance.now() - sliceStartMs < SLICE_MS) continue;
    await new Promise((resolve) => setImmediate(resolve));
    sliceStartMs = performance.now();
  }
});
process.on("SIGTERM", () => process.exit(0));
setInterval(() => {}, 60_000);
console.log(JSON.stringify({ type: "watching" }));
