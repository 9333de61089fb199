import assert from "node:assert/strict";
import { test } from "node:test";
import { buildGraph, checkResources, type JsonObject, silentLog } from "@holdfast/core";
import fc from "fast-check";
import { createStandardCatalog } from "./standard-kinds.ts";

const catalog = createStandardCatalog();

type Specs = Readonly<Record<string, JsonObject>>;

/** Each resource is on the line of its place in the list. */
function graphOf(specs: Specs, metas: Specs = {}) {
  const declared = Object.entries(specs).map(([id, spec], at) => {
    const colon = id.indexOf(":");
    const [kind, name] = [id.slice(0, colon), id.slice(colon + 1)];
    const meta = metas[id] ?? {};
    return { kind, name, spec, meta, locate: () => ({ file: "site.yaml", line: at + 1 }) };
  });
  const checked = checkResources(declared, catalog);
  assert.ok(checked.value !== undefined, JSON.stringify(checked.diagnostics));
  return buildGraph(checked.value, { catalog, log: silentLog });
}

/** The ids in the order in which they are worked on. */
function ordered(specs: Specs, metas: Specs = {}): readonly string[] {
  const { value, diagnostics } = graphOf(specs, metas);
  assert.ok(value, JSON.stringify(diagnostics));
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
  [
    "quadlet:web.container",
    { text: "[Container]\nImage=x\nVolume=data.volume:/data\n" },
    "quadlet:data.volume",
    { text: "[Volume]\n" },
  ],
  ["file:/srv/now/x", { content: "x" }, "link:/srv/now", { target: "/srv/releases/1" }],
  ["archive:/opt/app", ARCHIVE, "mount:/srv/dist", { source: "UUID=1" }],
  ["file:/etc/x", { contentFrom: { path: "/mnt/a/b/x" } }, "mount:/mnt/a", { source: "UUID=1" }],
  ["directory:/srv/www", { source: "/mnt/site" }, "mount:/mnt/site", { source: "UUID=1" }],
  ["git-checkout:/srv/site", CHECKOUT, "mount:/srv/git", { source: "UUID=1" }],
  // What a command runs and what its guards read.
  ["exec:e", { command: ["tool"], unless: ["true"] }, "file:/usr/local/bin/tool", { content: "" }],
  ["exec:e", { command: ["true"], unless: ["tool"] }, "file:/usr/bin/tool", { content: "" }],
  ["exec:e", { command: ["true"], onlyIf: ["/opt/app/bin/ask"] }, "archive:/opt/app", ARCHIVE],
  ["exec:e", { command: ["true"], unless: ["git", "status"] }, "package:git", {}],
  ["exec:e", { command: ["/usr/bin/psql"], unless: ["true"] }, "package:psql", {}],
  [
    "exec:e",
    { command: ["true"], unless: ["grep", "-q", "x", "/etc/app"] },
    "file:/etc/app",
    { content: "x" },
  ],
  [
    "exec:e",
    { shell: true, command: "true", unless: "test $(cat '/etc/app') = 1 && true" },
    "file:/etc/app",
    { content: "1" },
  ],
  ["exec:e", { command: ["true"], creates: "/srv/a/made" }, "directory:/srv/a", {}],
  ["exec:e", { command: ["true"], creates: "/srv/a/made" }, "mount:/srv/a", { source: "UUID=1" }],
  // It would be made empty first, and the command never run.
  ["file:/srv/a/made", { mode: "0600" }, "exec:e", { command: ["true"], creates: "/srv/a/made" }],
  ["line:l", { path: "/srv/a/b", line: "x" }, "exec:e", { command: ["true"], creates: "/srv/a" }],
  [
    "file:/etc/sudoers.d/a",
    { content: "x", validate: ["checker", "-f", "%s"] },
    "file:/usr/local/sbin/checker",
    { content: "" },
  ],
  [
    "file:/etc/app/a",
    { content: "x", validate: ["/bin/true", "--with=/etc/app.conf", "%s"] },
    "file:/etc/app.conf",
    { content: "" },
  ],
  // What is removed below something that stays, or that may bring it.
  ["file:/opt/app/debug", { state: "absent" }, "archive:/opt/app", ARCHIVE],
  ["file:/etc/nginx/default", { state: "absent" }, "package:nginx", {}],
  ["file:/data/old", { state: "absent" }, "mount:/data", { source: "UUID=1" }],
  ["directory:/data", { mode: "0700" }, "mount:/data", { state: "absent" }],
];

for (const [later, laterSpec, sooner, soonerSpec] of PAIRS) {
  const how = JSON.stringify(laterSpec);
  test(`G3: ${later} comes after ${sooner}, which it needs: ${how}`, () => {
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
      "timezone:Etc/UTC and timezone:Europe/Berlin (site.yaml:1) both decide about /etc/localtime and /etc/timezone " +
        "and would undo each other: keep one of them",
    ],
  );
});

test("G6: what shares a path with a file is told to leave the content to the other", () => {
  const { diagnostics } = graphOf({ "file:/srv/x": { content: "a" }, "directory:/srv/x": {} });
  assert.match(diagnostics[0]?.detail ?? "", /or leave the content of the file to the other/);
});

test("G3: what lies below a declared link comes after it, and after what is where it leads", () => {
  const specs: Specs = {
    "line:l": { path: "/srv/now/conf/x", line: "x" },
    "exec:e": { command: ["/srv/now/bin/run"], unless: ["true"] },
    "directory:/srv/releases/1/conf": {},
    "link:/srv/now": { target: "latest" },
    "link:/srv/latest": { target: "./releases/../releases/1" },
    "archive:/srv/releases/1": ARCHIVE,
    "mount:/srv/releases": { source: "UUID=1" },
  };
  const ids = ordered(specs);
  const after = (later: string, ...sooner: readonly string[]): void => {
    for (const one of sooner) {
      assert.ok(ids.indexOf(one) < ids.indexOf(later), `${later} after ${one}: ${ids.join(" ")}`);
    }
  };
  const below = ["link:/srv/now", "link:/srv/latest", "archive:/srv/releases/1"];
  after("line:l", ...below, "directory:/srv/releases/1/conf");
  after("exec:e", ...below);
  after("archive:/srv/releases/1", "mount:/srv/releases");
});

test("G3: links that lead in a circle are followed no further", () => {
  const circle = { "link:/srv/a": { target: "b" }, "link:/srv/b": { target: "a" } };
  const ids = ordered({ "file:/srv/a/x": { content: "" }, ...circle });
  assert.equal(ids.at(-1), "file:/srv/a/x");
});

test("G6: one file under two names is two owners of one thing", () => {
  const link = { "link:/srv/now": { target: "releases/1" } };
  const files = { "file:/srv/releases/1/x": { content: "a" }, "file:/srv/now/x": { content: "b" } };
  const [conflict] = graphOf({ ...files, ...link }).diagnostics;
  assert.match(conflict?.detail ?? "", /both decide about \/srv\/releases\/1\/x/);
  assert.deepEqual(graphOf(files).diagnostics, []);
});

test("K11: a resource comes after the program that its health check runs", () => {
  const specs = { "file:/srv/x": { content: "" }, "file:/usr/local/bin/probe": { content: "" } };
  const health = [{ command: ["probe", "/srv/x"] }];
  assert.deepEqual(ordered(specs, { "file:/srv/x": { health } }), Object.keys(specs).toReversed());
});

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";

/** Two resources of which only one can be as declared. */
const CONTRADICTIONS: readonly (readonly [string, JsonObject, string, JsonObject])[] = [
  ["file:/srv/d/f", { content: "x" }, "directory:/srv/d", { state: "absent", force: true }],
  ["file:/srv/d/f", { mode: "0600" }, "directory:/srv/d", { state: "absent" }],
  ["directory:/srv/d/a/b", {}, "directory:/srv/d", { state: "absent" }],
  ["line:l", { path: "/srv/d/f", line: "x" }, "directory:/srv/d", { state: "absent" }],
  ["archive:/srv/d/a", ARCHIVE, "directory:/srv/d", { state: "absent" }],
  ["mount:/srv/d", { source: "UUID=1" }, "directory:/srv/d", { state: "absent" }],
  ["file:/srv/now/x", { content: "x" }, "link:/srv/now", { state: "absent" }],
  ["file:/srv/site/x", { content: "x" }, "git-checkout:/srv/site", { state: "absent" }],
  ["file:/srv/f/x", { content: "x" }, "file:/srv/f", { content: "x" }],
  ["file:/srv/f/x", { content: "x" }, "line:l", { path: "/srv/f", line: "x" }],
  ["systemd-unit:a", { sections: { Service: { User: "app" } } }, "user:app", { state: "absent" }],
  ["link:/srv/h", { target: "/srv/f", hard: true }, "file:/srv/f", { state: "absent" }],
  ["file:/srv/x", { contentFrom: { path: "/srv/y" } }, "file:/srv/y", { state: "absent" }],
  ["directory:/srv/x", { source: "/srv/y" }, "directory:/srv/y", { state: "absent" }],
  ["file:/srv/x", { owner: "app" }, "user:app", { state: "absent" }],
  ["file:/srv/x", { group: "app" }, "group:app", { state: "absent" }],
  ["directory:/srv/x", { recurse: { group: "app" } }, "group:app", { state: "absent" }],
  ["user:web", { groups: ["app"] }, "group:app", { state: "absent" }],
  ["user:web", { home: "/srv/h/web", createHome: true }, "directory:/srv/h", { state: "absent" }],
  ["ssh-key:k", { user: "app", key: KEY }, "user:app", { state: "absent" }],
  ["cron:c", { user: "app", command: "x", schedule: "0 3 * * *" }, "user:app", { state: "absent" }],
  ["directory:/home/app/x", {}, "user:app", { state: "absent", removeHome: true }],
  ["exec:e", { command: ["x"], unless: ["/srv/ask"] }, "file:/srv/ask", { state: "absent" }],
  ["exec:e", { command: ["x"], onlyIf: ["y"], user: "app" }, "user:app", { state: "absent" }],
];

for (const [id, spec, other, otherSpec] of CONTRADICTIONS) {
  const how = `${id} ${JSON.stringify(spec)}`;
  test(`G6: ${other}, which is as it is declared only without ${how}, is an error`, () => {
    for (const specs of [
      { [id]: spec, [other]: otherSpec },
      { [other]: otherSpec, [id]: spec },
    ]) {
      const { diagnostics } = graphOf(specs);
      assert.equal(diagnostics.length, 1, JSON.stringify(diagnostics));
      const line = Object.keys(specs).indexOf(id) + 1;
      assert.deepEqual(diagnostics[0]?.location, { file: "site.yaml", line });
      assert.equal(diagnostics[0]?.address, id);
      const named = `${other} (site.yaml:${3 - line})`;
      assert.ok(diagnostics[0]?.detail.includes(named), diagnostics[0]?.detail);
      assert.match(diagnostics[0]?.detail ?? "", /would undo each other/);
    }
    if (otherSpec["state"] !== "absent") return;
    const { state, ...present } = otherSpec;
    assert.ok(state);
    const isPossible = !["link", "git-checkout"].includes(other.slice(0, other.indexOf(":")));
    if (isPossible) assert.deepEqual(graphOf({ [id]: spec, [other]: present }).diagnostics, []);
  });
}

/** What may stand together, though one of them is to be absent and the other is near it. */
const COMPATIBLE: readonly (readonly [string, JsonObject, string, JsonObject])[] = [
  ["file:/srv/d/f", { state: "absent" }, "directory:/srv/d", { state: "absent" }],
  ["file:/srv/f/x", { state: "absent" }, "file:/srv/f", { content: "x" }],
  ["file:/srv/dd", { content: "x" }, "directory:/srv/d", { state: "absent" }],
  // Below the mount point is a directory of its own, and of an archive only that goes which it brought.
  ["file:/data/x", { content: "x" }, "mount:/data", { state: "absent" }],
  ["mount:/data/x", { source: "UUID=1" }, "mount:/data", { state: "absent" }],
  ["file:/opt/app/x", { content: "x" }, "archive:/opt/app", { state: "absent" }],
  // Another package may have it: docker-ce has docker's service.
  ["service:docker", { state: "running" }, "package:docker", { state: "absent" }],
  ["timezone:Etc/UTC", {}, "package:tzdata", { state: "absent" }],
  ["file:/etc/nginx/x", { content: "x" }, "package:nginx", { state: "absent" }],
  // A package may have a unit of that name too.
  ["service:app", { state: "running" }, "systemd-unit:app", { state: "absent" }],
  // A link may lead to nowhere; a command may remove its own program; a unit says what may be missing.
  ["link:/srv/now", { target: "/srv/old" }, "directory:/srv/old", { state: "absent" }],
  [
    "exec:e",
    { command: ["/opt/uninstall"], creates: "/srv/gone" },
    "file:/opt/uninstall",
    { state: "absent" },
  ],
  [
    "systemd-unit:a",
    { sections: { Service: { EnvironmentFile: "-/etc/default/a" } } },
    "file:/etc/default/a",
    { state: "absent" },
  ],
  [
    "systemd-unit:a",
    { sections: { Service: { User: "app", DynamicUser: "yes" } } },
    "user:app",
    { state: "absent" },
  ],
  ["user:app", {}, "group:app", { state: "absent" }],
  ["file:/home/app/x", { content: "x" }, "user:app", { state: "absent" }],
];

for (const [id, spec, other, otherSpec] of COMPATIBLE) {
  test(`G6: ${id} ${JSON.stringify(spec)} may stand beside ${other}`, () => {
    const { diagnostics } = graphOf({ [id]: spec, [other]: otherSpec });
    assert.deepEqual(diagnostics, []);
  });
}

test("G6: a need that comes from elsewhere is taken out with autoEdge: false, what lies below never", () => {
  const aside = { autoEdge: false };
  const owned = { "file:/srv/x": { owner: "app" }, "user:app": { state: "absent" } };
  assert.deepEqual(graphOf(owned, { "file:/srv/x": aside }).diagnostics, []);
  assert.deepEqual(graphOf(owned, { "user:app": aside }).diagnostics, []);
  const below = { "file:/srv/d/x": { content: "x" }, "directory:/srv/d": { state: "absent" } };
  assert.equal(graphOf(below, { "file:/srv/d/x": aside }).diagnostics.length, 1);
});

test("G6: of many resources under one that is to be absent each is reported, and nothing else is", () => {
  const anyNames = fc.uniqueArray(fc.stringMatching(/^[a-d](?:\/[a-d]){0,3}$/), {
    minLength: 1,
    maxLength: 8,
  });
  fc.assert(
    fc.property(anyNames, fc.stringMatching(/^[a-d](?:\/[a-d])?$/), (names, top) => {
      const present = names.filter((name) => name !== top);
      const specs = Object.fromEntries(present.map((name) => [`directory:/${name}`, {}]));
      const { diagnostics } = graphOf({ ...specs, [`directory:/${top}`]: { state: "absent" } });
      const below = present.filter((name) => name.startsWith(`${top}/`));
      assert.deepEqual(
        diagnostics.map(({ address }) => address),
        below.map((name) => `directory:/${name}`),
      );
    }),
  );
});
