import assert from "node:assert/strict";
import { test } from "node:test";
import { type ResourceId, resourceId } from "./id.ts";
import type { Resource } from "./resource/resource.ts";
import { matchResources, selectResources } from "./selection.ts";

const resources = [
  resource("package", "nginx", ["web"]),
  resource("directory", "/etc/nginx", []),
  resource("file", "/etc/nginx/nginx.conf", ["web"]),
  resource("service", "nginx", ["web", "running"]),
  resource("file", "/etc/motd", []),
];

const DEPENDENCIES: Readonly<Record<string, readonly ResourceId[]>> = {
  "directory:/etc/nginx": [resourceId("package", "nginx")],
  "file:/etc/nginx/nginx.conf": [resourceId("directory", "/etc/nginx")],
  "service:nginx": [resourceId("file", "/etc/nginx/nginx.conf")],
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
    matchResources(resources, { option: "--detect", patterns, compileGlob: compile });
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

function select(selection: Parameters<typeof selectResources>[1]["selection"]) {
  return selectResources(resources, {
    selection,
    dependenciesOf: (id) => DEPENDENCIES[id] ?? [],
    compileGlob: compile,
  });
}

function compile(glob: string): (text: string) => boolean {
  const ending = glob.replace("*", "");
  return (text) => text.endsWith(ending);
}

function resource(kind: string, name: string, tags: readonly string[]): Resource {
  const meta = tags.length === 0 ? {} : { tags };
  return { id: resourceId(kind, name), kind, name, spec: {}, input: {}, meta };
}
