import assert from "node:assert/strict";
import { test } from "node:test";
import { buildGraph, checkResources, type JsonObject, silentLog } from "@holdfast/core";
import { createStandardCatalog } from "./standard-kinds.ts";

const catalog = createStandardCatalog();

function graphOf(specs: Readonly<Record<string, JsonObject>>) {
  const declared = Object.entries(specs).map(([id, spec]) => {
    const colon = id.indexOf(":");
    const [kind, name] = [id.slice(0, colon), id.slice(colon + 1)];
    return { kind, name, spec, meta: {}, locate: () => undefined };
  });
  const checked = checkResources(declared, catalog);
  assert.ok(checked.value !== undefined, JSON.stringify(checked.diagnostics));
  return buildGraph(checked.value, { catalog, log: silentLog });
}

/** The ids in the order in which they are worked on. */
function ordered(specs: Readonly<Record<string, JsonObject>>): readonly string[] {
  const { value } = graphOf(specs);
  assert.ok(value);
  return [...value.order].map((at) => value.resources[at]?.id ?? "");
}

const CHECKOUT: JsonObject = { repository: "/srv/git/site", branch: "main" };
const ARCHIVE: JsonObject = { source: { path: "/srv/dist/app.tgz" } };

/** What is written first comes last: without an edge it would be worked on first. */
const PAIRS: readonly (readonly [string, JsonObject, string, JsonObject])[] = [
  ["directory:/srv/www", { source: "/srv/site/static" }, "git-checkout:/srv/site", CHECKOUT],
  [
    "archive:/opt/tool",
    { source: { path: "/srv/site/a.tgz" } },
    "git-checkout:/srv/site",
    CHECKOUT,
  ],
  ["file:/etc/app", { contentFrom: { path: "/opt/app/conf" } }, "archive:/opt/app", ARCHIVE],
  ["file:/opt/app/local.conf", { content: "x" }, "archive:/opt/app", ARCHIVE],
  [
    "ca-certificate:root",
    { contentFrom: { path: "/opt/app/ca.pem" } },
    "archive:/opt/app",
    ARCHIVE,
  ],
  [
    "systemd-unit:app",
    { sections: { Service: { ExecStart: "/opt/app/bin/run --all" } } },
    "archive:/opt/app",
    ARCHIVE,
  ],
  ["timer:app", { command: ["/opt/app/bin/run"], every: "1h" }, "archive:/opt/app", ARCHIVE],
  ["file:/srv/now/x", { content: "x" }, "link:/srv/now", { target: "/srv/releases/1" }],
  ["archive:/opt/app", ARCHIVE, "mount:/srv/dist", { source: "UUID=1" }],
  ["file:/etc/x", { contentFrom: { path: "/mnt/a/b/x" } }, "mount:/mnt/a", { source: "UUID=1" }],
  ["directory:/srv/www", { source: "/mnt/site" }, "mount:/mnt/site", { source: "UUID=1" }],
  ["git-checkout:/srv/site", CHECKOUT, "mount:/srv/git", { source: "UUID=1" }],
];

for (const [later, laterSpec, sooner, soonerSpec] of PAIRS) {
  test(`G3: ${later} comes after ${sooner}, which it needs`, () => {
    assert.deepEqual(ordered({ [later]: laterSpec, [sooner]: soonerSpec }), [sooner, later]);
  });
}

test("G8: what is in an archive that is to go goes before it", () => {
  const ids = ordered({
    "archive:/opt/app": { state: "absent" },
    "file:/opt/app/local.conf": { state: "absent" },
  });
  assert.deepEqual(ids, ["file:/opt/app/local.conf", "archive:/opt/app"]);
});

test("G6: two resources that share several things are one error, with all of them", () => {
  const { diagnostics } = graphOf({ "timezone:Europe/Berlin": {}, "timezone:Etc/UTC": {} });
  assert.deepEqual(
    diagnostics.map(({ detail }) => detail),
    [
      "timezone:Etc/UTC and timezone:Europe/Berlin both decide about /etc/localtime and /etc/timezone " +
        "and would undo each other: keep one of them",
    ],
  );
});

test("G6: what shares a path with a file is told to leave the content to the other", () => {
  const { diagnostics } = graphOf({ "file:/srv/x": { content: "a" }, "directory:/srv/x": {} });
  assert.match(diagnostics[0]?.detail ?? "", /or leave the content of the file to the other/);
});
