import assert from "node:assert/strict";
import { test } from "node:test";
import { buildGraph, checkResources, type JsonObject, silentLog } from "@holdfast/core";
import { createStandardCatalog } from "../standard-kinds.ts";

const catalog = createStandardCatalog();
const IMAGE = "registry.test/app:1";

/** The ids in the order in which they are worked on, and why not. */
function ordered(specs: Readonly<Record<string, JsonObject>>) {
  const declared = Object.entries(specs).map(([id, spec]) => {
    const [kind = "", name = ""] = id.split(/:(.*)/s);
    return { kind, name, spec, meta: {}, locate: () => undefined };
  });
  const checked = checkResources(declared, catalog);
  assert.ok(checked.value !== undefined, JSON.stringify(checked.diagnostics));
  const { value, diagnostics } = buildGraph(checked.value, { catalog, log: silentLog });
  const ids: readonly string[] = [...(value?.order ?? [])].map(
    (at) => value?.resources[at]?.id ?? "",
  );
  return { ids, mistakes: diagnostics.map(({ detail }) => detail) };
}

test("G3: a container comes after the engine, its image, networks, volumes and paths", () => {
  const { ids } = ordered({
    "container:web": {
      image: IMAGE,
      networks: ["front"],
      mounts: [
        { source: "data", target: "/data" },
        { source: "/srv/site", target: "/site" },
      ],
    },
    "container-volume:data": {},
    "container-network:front": {},
    [`container-image:${IMAGE}`]: {},
    "directory:/srv/site": {},
    "service:podman.socket": { state: "running" },
    "package:podman": {},
  });
  assert.equal(ids.at(-1), "container:web");
  assert.deepEqual(ids.slice(0, 3).toSorted(), [
    "directory:/srv/site",
    "package:podman",
    "service:podman.socket",
  ]);
});

test("G8: a container that goes does so before its network and its volume", () => {
  const { ids } = ordered({
    "container-network:front": { state: "absent" },
    "container:web": { state: "absent", image: IMAGE, networks: ["front"] },
    "container-volume:data": { state: "absent", force: true },
  });
  assert.ok(ids.indexOf("container:web") < ids.indexOf("container-network:front"), ids.join());
});

test("G6: two containers at one port of the machine, and one at a network that goes, are errors", () => {
  const at = (ports: readonly string[]) => ({ image: IMAGE, ports });
  const { mistakes } = ordered({
    "container:web": at(["8080:80"]),
    "container:other": at(["8080:81"]),
  });
  assert.equal(mistakes.length, 1, mistakes.join());
  assert.deepEqual(
    ordered({ "container:web": at(["8080:80"]), "container:other": at(["8080:80/udp"]) }).mistakes,
    [],
  );
  const gone = ordered({
    "container:web": { image: IMAGE, networks: ["front"] },
    "container-network:front": { state: "absent" },
  });
  assert.equal(gone.mistakes.length, 1, gone.mistakes.join());
});
