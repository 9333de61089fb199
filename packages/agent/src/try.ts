import { openSource } from "./sources/open-source.ts";
import { createStandardCatalog } from "@holdfast/resources";
import { readFacts, sha256 } from "@holdfast/host";
const catalog = createStandardCatalog();
const facts = await readFacts();
for (const f of process.argv.slice(2)) {
  const source = openSource(f, { catalog, hash: sha256, facts, sdk: new URL("../../../apps/holdfast/src/sdk.ts", import.meta.url), userId: process.geteuid?.(), print: (t) => process.stderr.write("PRINT " + t), deadlineMs: 1500, memoryMebibytes: 64 });
  const t = performance.now();
  try { const d = await source.load(new AbortController().signal); console.log(f, d.value?.resources.map(r => [r.id, r.location?.()]), d.value?.digest, d.diagnostics); } catch (e) { console.log(f, e.reason, "|", e.message, "|", e.resolution, e.reason ? "" : e.stack); }
  console.log((performance.now() - t).toFixed(0), "ms");
}
