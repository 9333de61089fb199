import assert from "node:assert/strict";
import { test } from "node:test";
import {
  buildGraph,
  checkResources,
  type Diagnostic,
  type Json,
  type JsonObject,
  silentLog,
} from "@holdfast/core";
import { createStandardCatalog } from "../standard-kinds.ts";

const catalog = createStandardCatalog();

/** The ids in the order in which they are worked on, and why not. */
function ordered(specs: Readonly<Record<string, JsonObject>>): {
  readonly ids: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const declared = Object.entries(specs).map(([id, spec]) => {
    const colon = id.indexOf(":");
    const meta: Json = {};
    const [kind, name] = [id.slice(0, colon), id.slice(colon + 1)];
    return { kind, name, spec, meta, locate: () => undefined };
  });
  const checked = checkResources(declared, catalog);
  assert.ok(checked.value !== undefined, JSON.stringify(checked.diagnostics));
  const { value, diagnostics } = buildGraph(checked.value, { catalog, log: silentLog });
  const ids =
    value === undefined ? [] : [...value.order].map((at) => value.resources[at]?.id ?? "");
  return { ids, diagnostics };
}

test("G3: mount comes after its directory, its parents and what it shows; all below its point comes after it", () => {
  const { ids } = ordered({
    "file:/srv/www/media/readme": { content: "x" },
    "swap:/srv/data/swap": { size: "64M" },
    "mount:/srv/www/media": { source: "/srv/data/media", options: "bind" },
    "directory:/srv/data/media": {},
    "directory:/srv/www/media": {},
    "mount:/srv/data": { source: "UUID=1", type: "ext4" },
    "directory:/srv/data": {},
  });
  const before = (one: string, other: string): void =>
    assert.ok(ids.indexOf(one) < ids.indexOf(other), `${one} before ${other}: ${ids.join(" ")}`);
  before("directory:/srv/data", "mount:/srv/data");
  before("mount:/srv/data", "directory:/srv/data/media");
  before("mount:/srv/data", "swap:/srv/data/swap");
  before("directory:/srv/data/media", "mount:/srv/www/media");
  before("directory:/srv/www/media", "mount:/srv/www/media");
  before("mount:/srv/www/media", "file:/srv/www/media/readme");
});

test("G8: mount that is to go goes after what goes below it", () => {
  const { ids } = ordered({
    "mount:/srv/data": { state: "absent" },
    "mount:/srv/data/in": { state: "absent" },
    "directory:/srv/data": { state: "absent" },
  });
  assert.deepEqual(ids, ["mount:/srv/data/in", "mount:/srv/data", "directory:/srv/data"]);
});

test("G6: mount and whoever writes the whole of fstab are an error, a mount and a line are none", () => {
  const mount = { "mount:/srv": { source: "UUID=1" } };
  const { diagnostics } = ordered({ ...mount, "file:/etc/fstab": { content: "" } });
  assert.equal(diagnostics[0]?.summary, "two resources own one thing");
  const line = { path: "/etc/fstab", line: "# kept by hand" };
  assert.equal(ordered({ ...mount, "line:hand": line }).ids.length, 2);
});
