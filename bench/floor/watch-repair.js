// The floor under serve: watch one directory, and write a file again, durably, when it differs. Prints a line when it
// watches and one for every repair.
import { readFileSync, watch } from "node:fs";
import { basename } from "node:path";
import { writeDurably } from "./durable.js";

const [manifestPath, root, folder] = process.argv.slice(2);
const { resources } = JSON.parse(readFileSync(manifestPath, "utf8"));
const expected = new Map(resources.map(({ name, spec }) => [basename(name), { name, spec }]));
const busy = new Set();

watch(root + folder, (_event, file) => {
  const known = expected.get(file);
  if (known === undefined || busy.has(file)) return;
  const path = root + known.name;
  if (readFileSync(path, "latin1") === known.spec.content) return;
  busy.add(file);
  void writeDurably([{ path, content: known.spec.content }], 1).then(() => {
    busy.delete(file);
    console.log(JSON.stringify({ type: "result", id: `file:${known.name}` }));
  });
});
process.on("SIGTERM", () => process.exit(0));
console.log(JSON.stringify({ type: "watching" }));
