import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import * as z from "zod/mini";
import { targetsOf } from "../graph/adjacency.ts";
import { buildGraph, type Graph } from "../graph/graph.ts";
import { parseResourceId, type ResourceId, resourceId } from "../id.ts";
import type { Json } from "../json.ts";
import { ABSENT } from "../observation.ts";
import type { KeptDeclaration, LastApplied } from "../ports/ledger.ts";
import { silentLog } from "../ports/log.ts";
import { createCatalog } from "../resource/catalog.ts";
import type { AnyKind } from "../resource/kind.ts";
import type { ResourceMeta } from "../resource/meta.ts";
import type { Resource } from "../resource/resource.ts";
import { keptDeclaration } from "./keep-declaration.ts";
import { type Removals, removalsOf } from "./removals.ts";

/** Kinds as far as removing needs them. `exec` cannot be taken back, `line` owns a part of a file. */
const catalog = createCatalog(["file", "directory", "line", "exec"].map(kindNamed));

interface Spec {
  readonly path: string;
  readonly content?: unknown;
  readonly isAbsent?: boolean;
}

function kindNamed(kind: string): AnyKind {
  const pathOf = (spec: unknown) => (spec as Spec).path;
  return {
    kind,
    summary: "",
    support: { platforms: [], built: [], verified: [] },
    schema: z.looseObject({ path: z.optional(z.string()), content: z.optional(z.string()) }),
    ports: [],
    resyncMs: 1,
    secretFields: ["content"],
    bind: (name, input) => ({ path: name, ...(input as object) }),
    observe: () => ABSENT,
    diff: () => [],
    apply: async () => {},
    fingerprint: () => "",
    isAbsent: (spec) => (spec as Spec).isAbsent === true,
    isForNotifications: (spec) => (spec as Spec).content === "on notification",
    ...(kind === "exec" ? {} : { absent: (spec) => absentOf(kind, spec as Spec) }),
    owns: (spec) =>
      kind === "exec" ? [] : [{ thing: `path:${pathOf(spec)}`, isWhole: kind !== "line" }],
  };
}

/** What a line is, its text says. */
function absentOf(kind: string, { path, content }: Spec): Spec {
  return { path, ...(kind === "line" ? { content } : {}), isAbsent: true };
}

function declared(id: string, meta: ResourceMeta = {}, input: Json = {}): Resource {
  const [kind = "", name = ""] = id.split(/:(.*)/s);
  const spec = catalog.get(kind)?.bind(name, input, () => {});
  return { id: resourceId(kind, name), kind, name, spec, input, meta };
}

function idOf(text: string): ResourceId {
  const id = parseResourceId(text);
  assert(id !== undefined);
  return id;
}

type Known = Partial<Omit<LastApplied, "declaration">> & Partial<KeptDeclaration>;

function remembered(known: Readonly<Record<string, Known>>): ReadonlyMap<ResourceId, LastApplied> {
  const entries = Object.entries(known).map(([id, { provenance = "created", ...rest }]) => {
    const declaration = { manifest: "web", spec: {}, ...rest };
    return [idOf(id), { specDigest: "", fingerprint: "", provenance, declaration }] as const;
  });
  return new Map(entries);
}

interface Situation {
  readonly resources: readonly Resource[];
  readonly known: ReadonlyMap<ResourceId, LastApplied>;
  readonly prune?: boolean;
  readonly isShrinkAllowed?: boolean;
}

function found({ resources, known, prune = true, isShrinkAllowed = false }: Situation): Removals {
  const graph = graphOf(resources);
  const ledger = { lastApplied: (id: ResourceId) => known.get(id), allApplied: () => known };
  const manifest = { name: "web", prune, resources };
  return removalsOf({ manifest, graph, ledger, catalog, log: silentLog, isShrinkAllowed });
}

function graphOf(resources: readonly Resource[]): Graph {
  const { value, diagnostics } = buildGraph(resources, { catalog, log: silentLog });
  assert(value !== undefined, JSON.stringify(diagnostics));
  return value;
}

/** In the order in which they go. */
function removed({ graph }: Removals): readonly Resource[] {
  return [...graph.order].flatMap((vertex) => {
    const resource = graph.resources[vertex];
    return resource?.removal === undefined ? [] : [resource];
  });
}

/** One kind each, so that no two own one thing. */
const IDS = [
  "directory:/a",
  "file:/a/x",
  "directory:/a/d",
  "file:/a/d/y",
  "line:/a/d/l",
  "file:/b",
];
const MORE = ["exec:/run", "file:/c", "file:/d", "file:/e", "file:/f"];

const situations: fc.Arbitrary<Situation> = fc
  .record({
    prune: fc.boolean(),
    isShrinkAllowed: fc.boolean(),
    each: fc.tuple(...[...IDS, ...MORE].map((id) => fc.tuple(fc.constant(id), anyFate()))),
  })
  .map(({ prune, isShrinkAllowed, each }) => ({
    prune,
    isShrinkAllowed,
    resources: each.flatMap(([id, { isDeclared }]) => (isDeclared ? [declared(id)] : [])),
    known: remembered(
      Object.fromEntries(each.flatMap(([id, { known }]) => (known ? [[id, known] as const] : []))),
    ),
  }));

function anyFate() {
  const mostly = <T>(usual: T, ...others: T[]) =>
    fc.oneof(
      { weight: 4, arbitrary: fc.constant(usual) },
      ...others.map((one) => fc.constant(one)),
    );
  const known = fc
    .record({
      provenance: mostly<"created" | "adopted">("created", "adopted"),
      manifest: mostly("web", "other"),
      isAbsent: mostly(false, true),
      after: fc.subarray([...IDS, ...MORE].map(idOf), { maxLength: 2 }),
      meta: mostly<KeptDeclaration["meta"]>(
        undefined,
        { onRemove: "orphan" },
        { onRemove: "delete" },
      ),
    })
    .map(({ meta, ...rest }): Known => ({ ...rest, ...(meta && { meta }) }));
  return fc.record({
    isDeclared: mostly(false, true),
    known: fc.oneof({ weight: 4, arbitrary: known }, fc.constant(undefined)),
  });
}

test("F5, P5: nothing is removed that was adopted, is not ours, belongs to another manifest, or may stay", () => {
  fc.assert(
    fc.property(situations, (situation) => {
      for (const { id } of removed(found(situation))) {
        const { declaration, provenance } = situation.known.get(id) ?? {};
        assert.equal(provenance, "created");
        assert.equal(declaration?.manifest, "web");
        assert.notEqual(declaration?.isAbsent, true);
        const said = declaration?.meta?.onRemove;
        assert.equal(said ?? (situation.prune === true ? "delete" : "orphan"), "delete");
        assert(situation.resources.every((one) => one.id !== id));
      }
    }),
  );
});

test("nothing is removed that holds what stays, and what is inside goes first (G8)", () => {
  fc.assert(
    fc.property(situations, (situation) => {
      const going = removed(found(situation));
      const gone = new Set(going.map(({ id }) => id));
      const isThere = ([, { declaration }]: readonly [ResourceId, LastApplied]) =>
        declaration?.isAbsent !== true;
      const known = [...situation.known].filter(isThere).map(([id]) => declared(id));
      const staying = [...situation.resources, ...known].filter(({ id }) => !gone.has(id));
      going.forEach(({ name }, at) => {
        const within = (one: Resource) => one.name.startsWith(`${name}/`);
        assert.deepEqual(staying.filter(within), [], `${name} goes`);
        assert.deepEqual(going.slice(at + 1).filter(within), [], `${name} goes too early`);
      });
    }),
  );
});

test("each that left is removed, an orphan with a reason, or moved; and once they are gone nothing else goes", () => {
  fc.assert(
    fc.property(situations, (situation) => {
      const first = found(situation);
      const going = removed(first).map(({ id }) => id);
      const named = [...going, ...first.orphans.map(({ id }) => id)].toSorted();
      const isDeclared = (id: ResourceId) => situation.resources.some((one) => one.id === id);
      const left = [...situation.known].filter(
        ([id, { declaration }]) =>
          !isDeclared(id) && declaration?.manifest === "web" && declaration.isAbsent !== true,
      );
      assert.deepEqual(named, left.map(([id]) => id).toSorted());
      const known = new Map([...situation.known].filter(([id]) => !going.includes(id)));
      assert.deepEqual(removed(found({ ...situation, known })), []);
    }),
  );
});

test("what is declared keeps its order, and waits for no removal", () => {
  fc.assert(
    fc.property(situations, (situation) => {
      const { graph } = found(situation);
      const before = graphOf(situation.resources);
      before.resources.forEach((resource, vertex) => {
        assert.equal(graph.resources[vertex], resource);
        const [now, then] = [graph, before].map((one) => targetsOf(one.dependencies, vertex));
        assert.deepEqual(now, then);
      });
    }),
  );
});

test("a manifest that lost more than 30 % and at least 5, or everything, removes nothing unless that is allowed", () => {
  const sizes = fc.record({ lost: fc.nat(12), kept: fc.nat(30), isShrinkAllowed: fc.boolean() });
  fc.assert(
    fc.property(sizes, ({ lost, kept, isShrinkAllowed }) => {
      const ids = Array.from({ length: lost + kept }, (_, at) => `file:/f${at}`);
      const resources = ids.slice(lost).map((id) => declared(id));
      const known = remembered(Object.fromEntries(ids.map((id) => [id, {}])));
      const { refusal, ...rest } = found({ resources, known, isShrinkAllowed });
      const isShrunk = lost > 0 && (kept === 0 || (lost >= 5 && lost > 0.3 * (lost + kept)));
      assert.equal(refusal?.reason, isShrunk && !isShrinkAllowed ? "ManifestShrank" : undefined);
      const going = removed({ ...rest });
      assert.equal(going.length, lost);
      assert(going.every(({ removal }) => removal?.refusal === refusal));
    }),
  );
});

test("each orphan says why it stays", () => {
  const why = (id: string, known: Known, situation: Partial<Situation> = {}) => {
    const { resources = [declared("file:/other")], ...rest } = situation;
    const { orphans } = found({ resources, known: remembered({ [id]: known }), ...rest });
    return orphans.map((orphan) => orphan.why).join();
  };
  assert.equal(why("file:/x", {}, { prune: false }), "its manifest does not prune");
  assert.equal(why("file:/x", { meta: { onRemove: "orphan" } }), "its meta.onRemove said orphan");
  assert.equal(
    why("file:/x", { provenance: "adopted" }),
    "it was there before Holdfast changed it",
  );
  const cannot = "what a resource of kind exec did cannot be taken back";
  assert.equal(why("exec:/x", {}), cannot);
  assert.equal(why("exec:/x", { provenance: "adopted" }), cannot);
  assert.equal(why("gone:/x", {}), "its kind does not exist here");
  assert.equal(
    why("file:/x", { spec: { content: 5 } }),
    "its kind no longer takes what was declared",
  );
  const line = { spec: { path: "/x", content: { $secret: "a.b" } } };
  assert.equal(why("line:l", line), "only a secret says what it is");
  const below = { resources: [declared("file:/d/x")] };
  assert.equal(why("directory:/d", {}, below), "file:/d/x stays and needs it");
  const alias = { resources: [declared("file:alias", {}, { path: "/x" })] };
  assert.equal(why("file:/x", {}, alias), "file:alias decides about it too");
});

test("what ran only when it was notified is nothing on the machine: it is no orphan, and keeps nothing that notified it", () => {
  const left = (content: string) => {
    const exec = { provenance: "adopted", spec: { content }, after: [idOf("file:/x")] } as const;
    const known = remembered({ "file:/x": {}, "exec:/reload": exec });
    return found({ resources: [declared("file:/other")], known });
  };
  const gone = left("on notification");
  assert.deepEqual(gone.orphans, []);
  assert.deepEqual(
    removed(gone).map(({ id }) => id),
    ["file:/x"],
  );
  assert.deepEqual(removed(left("guarded")), []);
});

test("meta.movedFrom carries a thing over to another id, and deletes nothing", () => {
  const moved = (path: string) =>
    found({
      resources: [declared("line:new", { movedFrom: idOf("line:old") }, { path })],
      known: remembered({ "line:old": { spec: { path: "/x" } } }),
    });
  assert.deepEqual(moved("/x").moves, [{ from: "line:old", to: "line:new" }]);
  assert.deepEqual(removed(moved("/x")), []);
  assert.deepEqual(moved("/y").orphans, [
    { id: "line:old", why: "it moved to line:new, which is another thing" },
  ]);
  assert.deepEqual(removed(moved("/y")), []);
});

test("what is kept of a declaration is small and removes the same thing or nothing", () => {
  const kind = catalog.get("file");
  assert(kind !== undefined);
  const input = fc.record({
    content: fc.string({ maxLength: 40_000, size: "max" }),
    a: fc.string(),
  });
  fc.assert(
    fc.property(input, fc.array(fc.string({ minLength: 1, maxLength: 20 })), (spec, names) => {
      const resource = declared("file:/x", { tags: ["t"] }, spec);
      const after = names.map((name) => resourceId("file", name));
      const kept = keptDeclaration({ manifest: "web", resource, kind, after });
      const text = JSON.stringify(kept);
      assert(text.length < 4_096, `${text.length}`);
      const known = remembered({ "file:/x": kept });
      const [going] = removed(found({ resources: [declared("file:/y")], known }));
      assert.deepEqual(going?.spec, kind.absent?.(resource.spec));
    }),
    { numRuns: 30 },
  );
  const long = declared("line:l", {}, { path: "/x", content: "c".repeat(3_000) });
  const line = catalog.get("line");
  assert(line !== undefined);
  const kept = keptDeclaration({ manifest: "web", resource: long, kind: line, after: [] });
  assert.equal(kept.spec, undefined, "without its text it would be another line");
});
