import assert from "node:assert/strict";
import { test } from "node:test";
import { adjacencyOf } from "../graph/adjacency.ts";
import { resourceId } from "../id.ts";
import type { Resource } from "../resource/resource.ts";
import {
  matchResources,
  type Selectable,
  selecting,
  type Selection,
  selectResources,
} from "./selection.ts";

const resources = [
  resource("package", "nginx", ["web"]),
  resource("directory", "/etc/nginx", []),
  resource("file", "/etc/nginx/nginx.conf", ["web"]),
  resource("service", "nginx", ["web", "running"]),
  resource("file", "/etc/motd", []),
];

/** The directory depends on the package, the file on the directory, the service on the file. */
const graph: Selectable = {
  resources,
  dependencies: adjacencyOf(resources.length, { from: [1, 2, 3], to: [0, 1, 2] }),
};

function check(
  { only = [], skip = [], noDeps = false }: { only?: string[]; skip?: string[]; noDeps?: boolean },
  expected: readonly string[],
): void {
  const { value, diagnostics } = select({ only, skip, withDependencies: !noDeps });
  assert.deepEqual(diagnostics, []);
  assert.deepEqual([...(value ?? [])].toSorted(), [...expected].toSorted());
}

test("D17: patterns alone match the same way, without dependencies, and each that matches nothing is an error", () => {
  const match = (...patterns: readonly string[]) =>
    matchResources(resources, { option: "--detect", patterns });
  assert.deepEqual([...(match("file", "*:nginx").value ?? [])].toSorted(), [
    "file:/etc/motd",
    "file:/etc/nginx/nginx.conf",
    "package:nginx",
    "service:nginx",
  ]);
  assert.deepEqual(match().value, new Set());
  const { value, diagnostics } = match("web", "flie", "db");
  assert.equal(value, undefined);
  assert.deepEqual(
    diagnostics.map(({ address, summary, detail }) => `${address}: ${summary}: ${detail}`),
    [
      '--detect: Pattern matches nothing: "flie" is no id, kind or tag of this manifest and matches no id. Did you mean "file"?',
      '--detect: Pattern matches nothing: "db" is no id, kind or tag of this manifest and matches no id.',
    ],
  );
});

test("nothing said means everything", () => {
  check(
    {},
    resources.map(({ id }) => id),
  );
});

test("a bare word is a kind or a tag", () => {
  check({ only: ["file"], noDeps: true }, ["file:/etc/nginx/nginx.conf", "file:/etc/motd"]);
  check({ only: ["web"], noDeps: true }, [
    "package:nginx",
    "file:/etc/nginx/nginx.conf",
    "service:nginx",
  ]);
});

test("an id is itself, a glob is over ids", () => {
  check({ only: ["file:/etc/motd"] }, ["file:/etc/motd"]);
  check({ only: ["*:nginx"], noDeps: true }, ["package:nginx", "service:nginx"]);
});

test("what the chosen depend on comes along, transitively", () => {
  check({ only: ["service"] }, [
    "service:nginx",
    "file:/etc/nginx/nginx.conf",
    "directory:/etc/nginx",
    "package:nginx",
  ]);
});

test("skip wins, also over dependencies and what only they depend on", () => {
  check({ only: ["service"], skip: ["directory"] }, [
    "service:nginx",
    "file:/etc/nginx/nginx.conf",
  ]);
  check({ skip: ["web"], noDeps: true }, ["directory:/etc/nginx", "file:/etc/motd"]);
});

test("a pattern that matches nothing is an error that suggests the nearest", () => {
  const { value, diagnostics } = select({
    only: ["pakage"],
    skip: ["zzzzz"],
    withDependencies: true,
  });
  assert.equal(value, undefined);
  assert.deepEqual(
    diagnostics.map(({ address, detail }) => `${address}: ${detail}`),
    [
      '--only: "pakage" is no id, kind or tag of this manifest and matches no id. Did you mean "package"?',
      '--skip: "zzzzz" is no id, kind or tag of this manifest and matches no id.',
    ],
  );
});

test("globs are bounded in number and size, and say so", () => {
  const check = (only: readonly string[], expected: RegExp) => {
    const { value, diagnostics } = select({ only, skip: [], withDependencies: true });
    assert.equal(value, undefined);
    assert.match(diagnostics.map(({ detail }) => detail).join("\n"), expected);
  };
  const many = Array.from({ length: 17 }, (_, position) => `*${position}`);
  check(many, /17 globs; at most 16 are possible. Name kinds, tags or ids/);
  check(["*".repeat(300)], /has 300 characters; at most 256/);
  check([`${"{a,b}".repeat(7)}`], /more than 64 forms; use fewer braces/);
});

test("D19: thousands of ids cost no more than one, and others get their turn while globs are compared", () => {
  const turnsOf = (count: number, selection: Partial<Selection>) => {
    let reads = 0;
    const counted = Array.from({ length: count }, (_, position) => {
      const made = resource("file", `/srv/${position}`, []);
      return Object.defineProperty({ ...made }, "id", {
        get() {
          reads += 1;
          return made.id;
        },
      });
    });
    const from = Array.from({ length: count - 1 }, (_, position) => position + 1);
    const to = from.map((vertex) => vertex - 1);
    const dependencies = adjacencyOf(count, { from, to });
    const work = selecting(
      { resources: counted, dependencies },
      { only: [], skip: [], withDependencies: true, ...selection },
    );
    let turns = 0;
    while (work.next().done !== true) turns += 1;
    return { turns, reads };
  };
  const ids = Array.from({ length: 5_000 }, (_, position) => `file:/srv/${position * 2}`);
  const one = turnsOf(60_000, { only: ["file:/srv/59999"] });
  assert.ok(turnsOf(60_000, { only: ids }).reads <= one.reads + ids.length);
  assert.ok(one.reads <= 4 * 60_000, `${one.reads} reads`);
  assert.equal(one.turns, 0);
  const globs = ["*1", "*2", "*3", "**"];
  const { turns } = turnsOf(60_000, { only: globs });
  assert.ok(turns >= (60_000 * globs.length * 10) / 50_000, `${turns} turns`);
});

function select(selection: Selection) {
  return selectResources(graph, selection);
}

function resource(kind: string, name: string, tags: readonly string[]): Resource {
  const meta = tags.length === 0 ? {} : { tags };
  return { id: resourceId(kind, name), kind, name, spec: {}, input: {}, meta };
}
