import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Diagnostic } from "../fault/diagnostic.ts";
import { parseResourceId, type ResourceId } from "../id.ts";
import type { Json } from "../json.ts";
import { ABSENT } from "../observation.ts";
import { silentLog } from "../ports/log.ts";
import { createCatalog } from "../resource/catalog.ts";
import type { AnyKind } from "../resource/kind.ts";
import type { ResourceMeta } from "../resource/meta.ts";
import type { Resource } from "../resource/resource.ts";
import { targetsOf } from "./adjacency.ts";
import { buildGraph, type Graph } from "./graph.ts";
import { restrictGraph } from "./restrict.ts";
import { withoutLocations } from "./without-locations.ts";

const WHOLE = new Set(["file", "directory", "link"]);
const NAMES = [
  "file",
  "directory",
  "link",
  "line",
  "service",
  "package",
  "systemd-unit",
  "timer",
  "user",
  "mount",
];

/** Kinds as far as graphs need them: what they own, and whether they are to be absent. */
const catalog = createCatalog(NAMES.map(kindNamed));

function kindNamed(kind: string): AnyKind {
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
    isAbsent: (spec) => field(spec, "state") === "absent",
    owns: (spec) => {
      const path = field(spec, "path");
      if (typeof path !== "string" || kind === "mount") return [];
      const isWhole = WHOLE.has(kind) && field(spec, "isPart") !== true;
      return [{ thing: `path:${path}`, isWhole }];
    },
    ...(kind === "service" ? { refresh: async () => {} } : {}),
  };
}

function field(spec: unknown, name: string): unknown {
  return typeof spec === "object" && spec !== null ? Reflect.get(spec, name) : undefined;
}

interface Declared {
  readonly spec?: Readonly<Record<string, Json>>;
  readonly meta?: ResourceMeta;
}

function resource(text: string, { spec = {}, meta = {} }: Declared = {}): Resource {
  const id = idOf(text);
  const kind = text.slice(0, text.indexOf(":"));
  const name = text.slice(text.indexOf(":") + 1);
  const path = name.startsWith("/") ? { path: name } : {};
  return { id, kind, name, spec: { ...path, ...spec }, input: { ...spec }, meta };
}

function idOf(text: string): ResourceId {
  const id = parseResourceId(text);
  assert.ok(id, text);
  return id;
}

/** A file, and what it comes after. */
function after(text: string, ...dependsOn: readonly string[]): Resource {
  return resource(text, { meta: { dependsOn: dependsOn.map(idOf) } });
}

function build(resources: readonly Resource[]): Graph {
  const { value, diagnostics } = buildGraph(resources, { catalog, log: silentLog });
  assert.ok(value, JSON.stringify(diagnostics));
  return value;
}

function mistakes(resources: readonly Resource[]): readonly Diagnostic[] {
  const { value, diagnostics } = buildGraph(resources, { catalog, log: silentLog });
  assert.equal(value, undefined);
  return diagnostics;
}

/** The edges as `after > before`, sorted. */
function edgesOf({ resources, dependencies }: Graph): readonly string[] {
  return resources
    .flatMap(({ id }, vertex) =>
      Array.from(targetsOf(dependencies, vertex), (target) => `${id} > ${resources[target]?.id}`),
    )
    .toSorted();
}

function checkEdges(resources: readonly Resource[], expected: readonly string[]): void {
  assert.deepEqual(edgesOf(build(resources)), expected.toSorted());
}

test("G1: unknown, self and cyclic dependencies are reported all together, a cycle as its path", () => {
  const found = mistakes([
    after("file:/a", "file:/b"),
    after("file:/b", "file:/c"),
    after("file:/c", "file:/a"),
    after("file:/x", "file:/x"),
    after("file:/y", "file:/yy"),
  ]).map(({ detail }) => detail);
  assert.deepEqual(found, [
    "file:/x names itself in dependsOn: remove that entry",
    "file:/y names file:/yy in dependsOn, which is not declared: did you mean file:/y?",
    'file:/a → file:/b → file:/c → file:/a: remove one of these edges (an arrow reads "comes after")',
  ]);
});

test("G1, G6: every mistake names the place of the resource it is about, and what to do when nothing is near", () => {
  const placed = (line: number, one: Resource): Resource => ({
    ...one,
    location: () => ({ file: "m.yaml", line }),
  });
  const found = mistakes([
    placed(1, after("file:/a", "package:postgresql")),
    placed(2, after("user:one", "user:two")),
    placed(3, after("user:two", "user:one")),
    placed(4, resource("line:l", { spec: { path: "/a" } })),
    placed(
      5,
      resource("link:/x", { meta: { notify: [idOf("service:w"), idOf("timer:nowhere")] } }),
    ),
    resource("service:w"),
  ]);
  assert.deepEqual(
    found.map(({ address, location, summary }) => `${location?.line} ${address}: ${summary}`),
    [
      "1 file:/a: unknown resource in dependsOn",
      "5 link:/x: unknown resource in notify",
      "4 line:l: two resources own one thing",
      "2 user:one: resources depend on each other in a circle",
    ],
  );
  assert.match(found[0]?.detail ?? "", /is not declared: declare it or remove the entry$/);
});

test("G1: forward references are fine", () => {
  checkEdges([after("link:/a", "link:/b"), resource("link:/b")], ["link:/a > link:/b"]);
});

test("G1: every cycle that is printed is one, and one is printed for every knot", () => {
  const anyWishes = fc.array(fc.array(fc.nat({ max: 9 }), { maxLength: 3 }), {
    minLength: 10,
    maxLength: 10,
  });
  fc.assert(
    fc.property(anyWishes, (wishes) => {
      const edges = wishes.map((wish, at) => [...new Set(wish)].filter((other) => other !== at));
      const resources = edges.map((wish, at) =>
        after(`user:u${at}`, ...wish.map((other) => `user:u${other}`)),
      );
      const { diagnostics } = buildGraph(resources, { catalog, log: silentLog });
      const seen = new Set<string>();
      for (const { detail } of diagnostics) {
        const path = (detail.split(": remove")[0] ?? "")
          .split(" → ")
          .map((id) => Number(id.slice(6)));
        assert.equal(path[0], path.at(-1));
        path.slice(1).forEach((next, at) => {
          assert.ok(edges[path[at] ?? 0]?.includes(next), `${detail} is no cycle`);
        });
        const knot = nameOf(knotOf(edges, path[0] ?? 0));
        assert.ok(!seen.has(knot), "one for each knot");
        seen.add(knot);
      }
      const knots = edges.map((_, at) => knotOf(edges, at)).filter((knot) => knot.size > 1);
      assert.equal(seen.size, new Set(knots.map(nameOf)).size);
    }),
    { numRuns: 300 },
  );
});

function nameOf(knot: ReadonlySet<number>): string {
  return [...knot].toSorted((a, b) => a - b).join();
}

/** What a vertex reaches and is reached by: the plain way. */
function knotOf(edges: readonly (readonly number[])[], start: number): Set<number> {
  const reach = (from: number): Set<number> => {
    const found = new Set<number>(edges[from]);
    for (const vertex of found) for (const next of edges[vertex] ?? []) found.add(next);
    return found;
  };
  return new Set([start, ...[...reach(start)].filter((other) => reach(other).has(start))]);
}

test("G3: an obvious need comes first", () => {
  checkEdges(
    [resource("service:nginx"), resource("package:nginx")],
    ["service:nginx > package:nginx"],
  );
  checkEdges(
    [resource("service:app.service"), resource("systemd-unit:app.service")],
    ["service:app.service > systemd-unit:app.service"],
  );
  checkEdges(
    [resource("file:/a/b/c"), resource("directory:/a"), resource("directory:/a/b")],
    ["directory:/a/b > directory:/a", "file:/a/b/c > directory:/a/b"],
  );
  checkEdges(
    [
      resource("service:nginx"),
      resource("file:/etc/nginx/conf.d/x"),
      resource("file:/etc/nginx.conf"),
    ],
    ["service:nginx > file:/etc/nginx.conf", "service:nginx > file:/etc/nginx/conf.d/x"],
  );
  checkEdges([resource("service:ab"), resource("file:/etc/ab/x")], []);
  checkEdges(
    [
      resource("service:x@1"),
      resource("service:b.timer"),
      resource("file:/etc/systemd/system/x@.service"),
      resource("file:/etc/systemd/system/x@1.service.d/limits.conf"),
      resource("file:/etc/systemd/system/b.timer"),
      resource("file:/etc/systemd/system/b.service"),
    ],
    [
      "service:b.timer > file:/etc/systemd/system/b.timer",
      "service:x@1 > file:/etc/systemd/system/x@.service",
      "service:x@1 > file:/etc/systemd/system/x@1.service.d/limits.conf",
    ],
  );
  checkEdges(
    [resource("file:/etc/nginx/x"), resource("package:nginx")],
    ["file:/etc/nginx/x > package:nginx"],
  );
  checkEdges(
    [resource("timer:backup"), resource("systemd-unit:backup.timer")],
    ["timer:backup > systemd-unit:backup.timer"],
  );
  checkEdges(
    [resource("service:app", { spec: { user: "www" } }), resource("user:www")],
    ["service:app > user:www"],
  );
  checkEdges(
    [resource("mount:/data"), resource("directory:/data"), resource("file:/data/x")],
    [
      "file:/data/x > directory:/data",
      "file:/data/x > mount:/data",
      "mount:/data > directory:/data",
    ],
  );
});

test("G3: autoEdge false on either side keeps an edge out", () => {
  const unwilling = { meta: { autoEdge: false } };
  checkEdges([resource("service:nginx", unwilling), resource("package:nginx")], []);
  checkEdges([resource("service:nginx"), resource("package:nginx", unwilling)], []);
});

test("G3: an auto-edge that would close a cycle is left out; the author's word stands", () => {
  checkEdges(
    [after("directory:/a", "file:/a/b"), resource("file:/a/b")],
    ["directory:/a > file:/a/b"],
  );
});

test("G3: where one auto-edge is left out, all others stay, and count when the next is tried", () => {
  checkEdges(
    [
      after("directory:/etc", "file:/etc/app/x"),
      resource("file:/etc/app/x"),
      resource("directory:/etc/app"),
      resource("service:app", { spec: { user: "www" } }),
      resource("user:www"),
      resource("package:app"),
    ],
    [
      "directory:/etc > file:/etc/app/x",
      "file:/etc/app/x > directory:/etc/app",
      "file:/etc/app/x > package:app",
      "service:app > file:/etc/app/x",
      "service:app > package:app",
      "service:app > user:www",
    ],
  );
  // /m/y is not put after its mount: that leads to package:app, by the second edge that was added to /etc/app/x.
  checkEdges(
    [
      resource("directory:/etc/app"),
      resource("file:/etc/app/x"),
      after("package:app", "file:/m/y"),
      resource("file:/m/y"),
      after("mount:/m", "file:/etc/app/x"),
    ],
    [
      "file:/etc/app/x > directory:/etc/app",
      "file:/etc/app/x > package:app",
      "mount:/m > file:/etc/app/x",
      "package:app > file:/m/y",
    ],
  );
});

test("G3: a path that a kind needs comes first where a resource owns it, and is no edge where none does", () => {
  const seeing: AnyKind = {
    ...kindNamed("timer"),
    needs: () => ["user:a", "user:b"],
  };
  const rash: AnyKind = {
    ...kindNamed("mount"),
    owns: () => [{ thing: "mount:m", isWhole: true }],
    needs: () => ["user:z", "mount:m"],
  };
  const user: AnyKind = {
    ...kindNamed("user"),
    owns: () => [{ thing: "user:a", isWhole: true }],
  };
  const kinds = createCatalog([seeing, rash, user]);
  const resources = [resource("timer:t"), resource("mount:m"), resource("user:a")];
  const { value, diagnostics } = buildGraph(resources, { catalog: kinds, log: silentLog });
  assert.deepEqual(diagnostics, []);
  assert.ok(value);
  assert.deepEqual(edgesOf(value), ["timer:t > user:a"]);
});

test("G3: an owner of several paths comes after the parents of each of them", () => {
  const module: AnyKind = {
    ...kindNamed("kernel-module"),
    owns: () => [
      { thing: "kernel-module:loop", isWhole: true },
      { thing: "path:/etc/modules-load.d/loop.conf", isWhole: true },
      { thing: "path:/etc/modprobe.d/loop.conf", isWhole: true },
    ],
  };
  const directory: AnyKind = {
    ...kindNamed("directory"),
    owns: () => [{ thing: "path:/etc/modprobe.d", isWhole: true }],
  };
  const resources = [resource("kernel-module:loop"), resource("directory:/etc/modprobe.d")];
  const catalog = createCatalog([module, directory]);
  const { value } = buildGraph(resources, { catalog, log: silentLog });
  assert.ok(value);
  assert.deepEqual(edgesOf(value), ["kernel-module:loop > directory:/etc/modprobe.d"]);
});

test("nothing declared is a graph too", () => {
  assert.equal(build([]).order.length, 0);
});

test("G3: auto-edges never close a cycle, and none is left out without need", () => {
  const paths = ["/a", "/a/b", "/a/b/c", "/a/d", "/e", "/e/f"];
  const anyWishes = fc.array(fc.tuple(fc.nat({ max: 5 }), fc.nat({ max: 5 })), { maxLength: 6 });
  fc.assert(
    fc.property(anyWishes, (wishes) => {
      const explicit = wishes.filter(([one, other]) => one < other);
      const resources = paths.map((path, at) =>
        after(
          `directory:${path}`,
          ...explicit.filter(([one]) => one === at).map(([, other]) => `directory:${paths[other]}`),
        ),
      );
      const graph = build(resources);
      assert.equal(graph.order.length, paths.length, "no cycle");
      const has = new Set(edgesOf(graph));
      for (const path of paths) {
        const parent = path.slice(0, path.lastIndexOf("/"));
        if (parent === "" || has.has(`directory:${path} > directory:${parent}`)) continue;
        assert.ok(
          leads(graph, `directory:${parent}`, `directory:${path}`),
          "left out without need",
        );
      }
    }),
    { numRuns: 300 },
  );
});

/** Whether one resource comes after another, on whatever way. */
function leads({ resources, dependencies, vertexOf }: Graph, from: string, to: string): boolean {
  const start = vertexOf(idOf(from));
  const seen = new Set(start === undefined ? [] : [start]);
  for (const vertex of seen) for (const target of targetsOf(dependencies, vertex)) seen.add(target);
  return [...seen].some((vertex) => vertex !== start && resources[vertex]?.id === to);
}

test("G6: two whole owners of one path are an error, parts may share", () => {
  const [conflict] = mistakes([resource("file:/a"), resource("line:l", { spec: { path: "/a" } })]);
  assert.match(conflict?.detail ?? "", /line:l and file:\/a both decide about \/a/);
  build([
    resource("line:one", { spec: { path: "/a" } }),
    resource("line:two", { spec: { path: "/a" } }),
    resource("file:/a", { spec: { isPart: true } }),
  ]);
  build([
    resource("file:/a", { meta: { ignore: ["content"] } }),
    resource("line:l", { spec: { path: "/a" } }),
  ]);
});

test("G8: an absent resource goes before its former dependencies", () => {
  checkEdges(
    [
      resource("directory:/a", { spec: { state: "absent" } }),
      resource("file:/a/b", { spec: { state: "absent" } }),
    ],
    ["directory:/a > file:/a/b"],
  );
  checkEdges(
    [
      resource("user:u"),
      resource("package:p", { spec: { state: "absent" }, meta: { dependsOn: [idOf("user:u")] } }),
    ],
    ["user:u > package:p"],
  );
});

test("a notification is an edge, and its target must have something to refresh", () => {
  checkEdges(
    [resource("link:/x", { meta: { notify: [idOf("service:web")] } }), resource("service:web")],
    ["service:web > link:/x"],
  );
  const [mistake] = mistakes([
    resource("link:/x", { meta: { notify: [idOf("link:/y")] } }),
    resource("link:/y"),
  ]);
  assert.match(mistake?.detail ?? "", /nothing to refresh/);
});

test("a chain of 50,000 in a circle is reported without running out of stack", () => {
  const count = 50_000;
  const resources = Array.from({ length: count }, (_, at) =>
    after(`user:u${at}`, `user:u${(at + 1) % count}`),
  );
  assert.equal(mistakes(resources).length, 1);
});

test("restricting keeps every order between those that are kept, also through those that are not", () => {
  const anyWishes = fc.array(fc.tuple(fc.nat({ max: 9 }), fc.nat({ max: 9 })), { maxLength: 20 });
  fc.assert(
    fc.property(anyWishes, fc.subarray([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]), (wishes, kept) => {
      const explicit = wishes.filter(([one, other]) => one < other);
      const resources = Array.from({ length: 10 }, (_, at) =>
        after(
          `user:u${at}`,
          ...new Set(explicit.filter(([one]) => one === at).map(([, other]) => `user:u${other}`)),
        ),
      );
      const whole = build(resources);
      const names = kept.map((at) => `user:u${at}`);
      const part = restrictGraph(whole, new Set(names.map(idOf)));
      assert.deepEqual(
        part.resources.map(({ id }) => id),
        names,
      );
      assert.equal(part.order.length, names.length);
      for (const one of names) {
        for (const other of names) {
          if (one !== other) assert.equal(leads(part, one, other), leads(whole, one, other));
        }
      }
    }),
    { numRuns: 300 },
  );
});

test("a graph that forgot where it was written is the same graph", () => {
  const location = () => ({ file: "m.yaml", line: 1 });
  const reference = { path: ["content"], field: "spec.content", secrets: ["a"], location };
  const resources = [
    { ...resource("file:/a"), location },
    {
      ...resource("file:/b", { meta: { dependsOn: [idOf("file:/a")] } }),
      location,
      references: [reference],
    },
  ];
  const { value: graph } = buildGraph(resources, { catalog, log: silentLog });
  assert.ok(graph);
  const kept = withoutLocations(graph);
  assert.deepEqual(
    kept.resources.map((one) => [one.id, one.location, one.references?.[0]?.location]),
    graph.resources.map(({ id }) => [id, undefined, undefined]),
  );
  assert.deepEqual(kept.resources[1]?.references?.[0]?.secrets, ["a"]);
  for (const { id } of resources) assert.equal(kept.vertexOf(id), graph.vertexOf(id));
  assert.equal(kept.vertexOf(idOf("file:/c")), undefined);
  assert.deepEqual([kept.order, kept.dependencies], [graph.order, graph.dependencies]);
});
