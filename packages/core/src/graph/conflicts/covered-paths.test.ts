import assert from "node:assert/strict";
import { test } from "node:test";
import { parseResourceId } from "../../id.ts";
import { ABSENT } from "../../observation.ts";
import { silentLog } from "../../ports/log.ts";
import { createCatalog } from "../../resource/catalog.ts";
import type { AnyKind, Ownership, Thing } from "../../resource/kind.ts";
import type { Resource } from "../../resource/resource.ts";
import { targetsOf } from "../adjacency.ts";
import { buildGraph } from "../graph.ts";

/** What a resource of these tests decides about; its spec is this. */
interface Owning {
  readonly owns: readonly Ownership[];
  readonly needs?: readonly Thing[];
}

const catalog = createCatalog(["file", "directory", "checkout"].map(kindNamed));

function kindNamed(kind: string): AnyKind {
  const owning = (spec: unknown): Owning => {
    assert(isOwning(spec));
    return spec;
  };
  return {
    kind,
    summary: "",
    support: { platforms: [], built: [], verified: [] },
    schema: undefined as never,
    ports: [],
    resyncMs: 1,
    bind: (_name, input) => input,
    observe: () => ABSENT,
    diff: () => [],
    apply: async () => {},
    fingerprint: () => "",
    owns: (spec) => owning(spec).owns,
    needs: (spec) => owning(spec).needs ?? [],
  };
}

function isOwning(spec: unknown): spec is Owning {
  return typeof spec === "object" && spec !== null && "owns" in spec;
}

function resource(text: string, more: Partial<Ownership> = {}, needs: readonly Thing[] = []) {
  const id = parseResourceId(text);
  assert.ok(id, text);
  const name = text.slice(text.indexOf(":") + 1);
  const spec = { owns: [{ thing: `path:${name}`, isWhole: true, ...more }], needs };
  return { id, kind: text.slice(0, text.indexOf(":")), name, spec, input: {}, meta: {} };
}

const copy = (path: string, isCovered: (path: string) => boolean = () => true) =>
  resource(`directory:${path}`, { covers: isCovered });

function mistakes(resources: readonly Resource[]): readonly string[] {
  return buildGraph(resources, { catalog, log: silentLog }).diagnostics.map(
    ({ address, detail }) => `${address}: ${detail}`,
  );
}

test("G6: a resource in a tree that another resource owns is an error, with the path to exclude", () => {
  const found = mistakes([
    resource("file:/srv/site/deep/a*b", { isWhole: false }),
    copy("/srv/site"),
    resource("directory:/srv/site2"),
  ]);
  assert.equal(found.length, 1);
  assert.match(found[0] ?? "", /^file:\/srv\/site\/deep\/a\*b: .* and directory:\/srv\/site about/);
  assert.ok(found[0]?.includes(String.raw`write "/deep/a\\*b" into its exclude`), found[0]);
  const isKept = (path: string): boolean => path === "/srv/site/kept";
  const kept = [resource("file:/srv/site/kept"), copy("/srv/site", (path) => !isKept(path))];
  assert.deepEqual(mistakes(kept), []);
});

test("G6: the nearest tree that decides about a path is named, and one that is everything", () => {
  const nested = [copy("/", (path) => !path.startsWith("/srv")), copy("/srv/a"), copy("/srv/a/b")];
  const found = mistakes([...nested, resource("file:/srv/a/b/c"), resource("file:/etc/motd")]);
  assert.deepEqual(
    found.map((text) => /^(\S+): .* and (\S+) about .* write (\S+)/.exec(text)?.slice(1)),
    [
      ["directory:/srv/a/b", "directory:/srv/a", '"/b"'],
      ["file:/srv/a/b/c", "directory:/srv/a/b", '"/c"'],
      ["file:/etc/motd", "directory:/", '"/etc/motd"'],
    ],
  );
});

test("G3: a resource that needs a tree comes after its top and after everything declared in it", () => {
  const resources = [
    resource("directory:/copy", {}, ["tree:/srv/source"]),
    resource("file:/srv/source/deep/file"),
    resource("file:/srv/sources"),
    resource("checkout:/srv/source"),
    resource("directory:/srv"),
  ];
  const { value: graph } = buildGraph(resources, { catalog, log: silentLog });
  assert.ok(graph);
  const after = Array.from(targetsOf(graph.dependencies, 0), (at) => resources[at]?.id);
  assert.deepEqual(new Set(after), new Set(["checkout:/srv/source", "file:/srv/source/deep/file"]));
  const [alone] = resources;
  assert.ok(alone);
  const above = buildGraph([alone, resource("directory:/srv")], { catalog, log: silentLog });
  assert.ok(above.value);
  assert.deepEqual(Array.from(targetsOf(above.value.dependencies, 0)), [1]);
});
