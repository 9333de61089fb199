import assert from "node:assert/strict";
import * as fs from "node:fs";
import { test } from "node:test";
import { type Json, Scratch, Serving } from "./command.ts";

const TREE = [
  "{ kind: directory, name: /srv }",
  "{ kind: directory, name: /srv/app }",
  '{ kind: file, name: /srv/app/one, spec: { content: "one\\n" } }',
  '{ kind: file, name: /srv/app/two, spec: { content: "two\\n" } }',
];
const ADOPTED = '{ kind: file, name: /found, spec: { content: "ours\\n" } }';
const LINE = '{ kind: line, name: port, spec: { path: /lines, line: "port 80" } }';
const KEPT = '{ kind: file, name: /kept, spec: { content: "kept\\n" } }';

/** A manifest that prunes. */
function pruning(scratch: Scratch, resources: readonly string[], name = "test"): string {
  const head = `apiVersion: holdfast/v1\nkind: Manifest\nmetadata: { name: ${name} }\nprune: true\n`;
  const lines = resources.map((resource) => `  - ${resource}\n`);
  return scratch.source(
    "manifest.yaml",
    `${head}resources:${lines.length === 0 ? " []" : ""}\n${lines.join("")}`,
  );
}

function entriesOf(value: Json, field: string): readonly Json[] {
  const entries: unknown = value[field];
  assert(Array.isArray(entries), JSON.stringify(value));
  return entries.map((entry: Json) => entry);
}

/** A machine on which something was before, and all of these were applied. */
function applied(scratch: Scratch, resources: readonly string[]): void {
  fs.writeFileSync(scratch.at("found"), "theirs\n");
  fs.writeFileSync(scratch.at("lines"), "# lines\n");
  const { code, output } = scratch.run("apply", [pruning(scratch, resources)]);
  assert.equal(code, 2, output);
}

test("what left the manifest is planned and deleted in reverse order; what was adopted stays and is listed until it is let go", () => {
  using scratch = new Scratch();
  applied(scratch, [...TREE, ADOPTED, LINE, KEPT]);
  const name = pruning(scratch, [KEPT, ...TREE.slice(0, 1)]);
  const { value } = scratch.json("plan", [name]);
  const actions = entriesOf(value, "actions");
  assert(actions.every(({ verb, isRemoval }) => verb === "delete" && isRemoval === true));
  const ids = actions.map(({ id }) => String(id));
  assert.deepEqual(ids.toSorted(), [
    "directory:/srv/app",
    "file:/srv/app/one",
    "file:/srv/app/two",
    "line:port",
  ]);
  assert.equal(ids.at(-1), "directory:/srv/app", "after what is in it");
  assert.deepEqual(entriesOf(value, "orphans"), [
    { id: "file:/found", why: "it was there before Holdfast changed it" },
  ]);
  fs.writeFileSync(scratch.at("srv/app/theirs"), "");
  const planned = entriesOf(scratch.json("plan", [name]).value, "actions");
  const refused = JSON.stringify(planned.find(({ id }) => id === "directory:/srv/app"));
  assert.match(refused, /"DirectoryNotEmpty".*Or keep it: holdfast adopt directory:\/srv\/app\./);
  fs.rmSync(scratch.at("srv/app/theirs"));
  assert.equal(scratch.run("apply", [name, "--only", "file:/kept"]).code, 0);
  assert.equal(scratch.run("apply", [name, "--mode", "detect"]).code, 5);
  assert(fs.existsSync(scratch.at("srv/app/one")), "a selection and detect mode remove nothing");
  const pruned = scratch.run("apply", [name, "--out", "serial"]);
  assert.equal(pruned.code, 2);
  assert.match(pruned.output, /o file:\/found {2}orphaned: it was there before.*\n.*forget ID/);
  assert.deepEqual(fs.readdirSync(scratch.at("srv")), []);
  assert.equal(fs.readFileSync(scratch.at("lines"), "utf8"), "# lines\n");
  assert.equal(fs.readFileSync(scratch.at("found"), "utf8"), "ours\n");
  fs.mkdirSync(scratch.at("srv/app"));
  const again = scratch.run("plan", [name, "--out", "serial"]);
  assert.equal(again.code, 0, "what somebody makes there later is none of our business");
  assert.match(again.output, /file:\/found {2}orphaned: it was there/);
  assert.equal(scratch.run("forget", ["file:/found"]).code, 0);
  assert.deepEqual(entriesOf(scratch.json("plan", [name]).value, "orphans"), []);
  assert.match(scratch.run("forget", ["file:/found", "--out", "serial"]).output, /NotFound/);
  const history = scratch.run("history", ["file:/found", "--out", "serial"]).stdout;
  assert.equal(
    history.match(/ordered file:\/found {2}asked for by .*, forget, forget-/g)?.length,
    1,
  );
});

test("a manifest that lost most of it deletes nothing and says how to allow it; another one never does", () => {
  using scratch = new Scratch();
  applied(scratch, [...TREE, LINE, KEPT]);
  const other = pruning(scratch, [KEPT], "other");
  assert.deepEqual(entriesOf(scratch.json("plan", [other]).value, "orphans"), []);
  const name = pruning(scratch, []);
  const isDenied = ({ reason }: Json): boolean => reason === "ManifestShrank";
  const actions = entriesOf(scratch.json("plan", [name]).value, "actions");
  assert(actions.length === 6 && actions.every(isDenied), JSON.stringify(actions));
  const allowed = scratch.json("plan", [name, "--allow-removals"]).value;
  assert.deepEqual(
    entriesOf(allowed, "actions").map(({ verb }) => verb),
    Array.from({ length: 6 }, () => "delete"),
  );
  const stopped = scratch.run("apply", [name, "--out", "serial"]);
  assert.equal(stopped.code, 4);
  assert.match(stopped.output, /ManifestShrank: the manifest test declares nothing any more: 6 /);
  assert(fs.existsSync(scratch.at("srv/app/one")));
  assert.equal(scratch.run("apply", [name, "--allow-removals"]).code, 2);
  assert.deepEqual(fs.readdirSync(scratch.box).toSorted(), ["found", "lines", "run", "var"]);
  assert.match(fs.readFileSync(scratch.at("lines"), "utf8"), /^# lines\n$/);
});

test("the agent that serves removes what a reload no longer declares, is allowed to beside it, and lets go", async () => {
  using scratch = new Scratch();
  applied(scratch, [...TREE, ADOPTED, LINE, KEPT]);
  await using serving = new Serving(scratch, [pruning(scratch, [...TREE, ADOPTED, LINE, KEPT])]);
  await serving.event({ type: "watching" });
  const since = serving.events.length;
  pruning(scratch, [KEPT]);
  assert.equal(scratch.run("apply").code, 3, "what is denied counts as failed");
  assert(fs.existsSync(scratch.at("srv/app/one")));
  await serving.event({ type: "result", id: "directory:/srv/app", status: "denied" }, since);
  assert.equal(scratch.run("apply", ["--allow-removals"]).code, 2);
  assert(!fs.existsSync(scratch.at("srv")));
  fs.mkdirSync(scratch.at("srv"));
  const status = scratch.json("status").value;
  assert.deepEqual(
    entriesOf(status, "resources").map(({ id }) => id),
    ["file:/kept"],
  );
  assert.match(scratch.run("status", ["--out", "serial"]).output, /file:\/found {2}orphaned/);
  assert.equal(scratch.run("adopt", ["file:/found"]).code, 0);
  assert.doesNotMatch(scratch.run("status", ["--out", "serial"]).output, /orphaned/);
  const adopted = await serving.event(
    { type: "ordered", order: "adopt", id: "file:/found" },
    since,
  );
  assert.match(JSON.stringify(adopted["requester"]), /"uid":\d+/);
  assert.equal(scratch.run("reconcile").code, 0);
  assert.equal(scratch.run("apply").code, 0);
  assert(fs.existsSync(scratch.at("srv")), "what was removed is not guarded");
  assert.equal(await serving.end("SIGTERM"), 0);
});

test("a blueprint that prunes has what it no longer declares deleted", () => {
  using scratch = new Scratch();
  const blueprint = (names: readonly string[]): string => {
    const body = names.map((name) => `  host.file("${name}", { content: "x\\n" });\n`).join("");
    const sdk = 'import { blueprint } from "holdfast";\n';
    const text = `${sdk}export default blueprint("b", { prune: true }, (host) => {\n${body}});\n`;
    return scratch.source("site.ts", text);
  };
  assert.equal(scratch.run("apply", [blueprint(["/one", "/two"])]).code, 2);
  assert.equal(scratch.run("apply", [blueprint(["/one"])]).code, 2);
  assert(fs.existsSync(scratch.at("one")));
  assert(!fs.existsSync(scratch.at("two")));
});
