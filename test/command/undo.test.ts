import assert from "node:assert/strict";
import * as fs from "node:fs";
import { test } from "node:test";
import { realFileCalls } from "@holdfast/host";
import { isRoot, type Json, Scratch, Serving } from "./command.ts";

const CONF =
  '{ kind: file, name: /conf, spec: { content: "declared\\n", mode: "0600", owner: 0, group: 0 } }';
const FILE = '{ kind: file, name: /a, spec: { content: "one\\n" } }';
const LINE = '{ kind: line, name: port, spec: { path: /lines, line: "port 80" } }';
const TREE = [
  "{ kind: directory, name: /srv }",
  "{ kind: directory, name: /srv/app }",
  '{ kind: file, name: /srv/app/one, spec: { content: "one\\n" } }',
];
/** Bytes that are no text. */
const FOREIGN = Buffer.from([0xff, 0x00, ...Buffer.from("by hand\r\n"), 0x80]);
const ACL = "system.posix_acl_access";

function entriesOf(value: Json, field: string): readonly Json[] {
  const entries: unknown = value[field];
  assert(Array.isArray(entries), JSON.stringify(value));
  return entries.map((entry: Json) => entry);
}

function read(scratch: Scratch, path: string): string {
  return fs.readFileSync(scratch.at(path), "utf8");
}

function apply(scratch: Scratch, resources: readonly string[]): void {
  const { code, output } = scratch.run("apply", [scratch.manifest(resources)]);
  assert.equal(code, 2, output);
}

function undo(scratch: Scratch, args: readonly string[]) {
  return scratch.run("undo", [...args, "--source", "manifest.yaml", "--out", "serial"]);
}

/** What can be undone: the changes of one resource, oldest first. */
function changesOf(scratch: Scratch, id: string): readonly Json[] {
  const { value } = scratch.json("ledger", ["--changes"]);
  return entriesOf(value, "changes").filter((change) => change["id"] === id);
}

function heldOf(scratch: Scratch): readonly string[] {
  return entriesOf(scratch.json("ledger").value, "holds").map(({ id }) => String(id));
}

test("undo: a run is shown and then undone: what was made goes, what was there comes back, and neither is done again until it is resumed", () => {
  using scratch = new Scratch();
  fs.writeFileSync(scratch.at("a"), "theirs\n", { mode: 0o640 });
  fs.writeFileSync(scratch.at("lines"), "# lines\n");
  apply(scratch, [...TREE, FILE, LINE]);
  const shown = undo(scratch, ["--last"]);
  assert.equal(shown.code, 5, shown.output);
  assert.match(shown.output, /nothing is undone yet: --yes does it/);
  assert.equal(read(scratch, "a"), "one\n");
  assert.deepEqual(heldOf(scratch), []);
  const done = undo(scratch, ["--last", "--yes"]);
  assert.equal(done.code, 2, done.output);
  assert.equal(read(scratch, "a"), "theirs\n");
  assert.equal(fs.statSync(scratch.at("a")).mode & 0o7777, 0o640);
  assert.equal(read(scratch, "lines"), "# lines\n");
  assert.ok(!fs.existsSync(scratch.at("srv")));
  const ids = ["file:/a", "line:port", "directory:/srv", "directory:/srv/app", "file:/srv/app/one"];
  assert.deepEqual(new Set(heldOf(scratch)), new Set(ids));
  for (const command of ["plan", "apply"]) {
    const held = scratch.run(command, ["manifest.yaml", "--out", "serial"]);
    assert.match(held.output, /was undone: holdfast resume file:\/a does it again/);
  }
  assert.equal(read(scratch, "a"), "theirs\n");
  assert.match(undo(scratch, ["--last"]).output, /^NotFound: /);
  assert.equal(scratch.run("resume", ["file:/a"]).code, 0);
  assert.match(scratch.run("resume", ["file:/a", "--out", "serial"]).output, /NotFound.*not held/);
  scratch.run("apply", ["manifest.yaml"]);
  assert.equal(read(scratch, "a"), "one\n");
  assert.ok(!fs.existsSync(scratch.at("srv")), "the others are held");
  apply(scratch, [...TREE, FILE, LINE, '{ kind: file, name: /b, spec: { content: "b\\n" } }']);
  assert.equal(read(scratch, "srv/app/one"), "one\n");
  assert.deepEqual(heldOf(scratch), [], "a new generation lifts them");
});

test("undo: a config file of somebody comes back exactly: bytes, mode, owner, ACL, attributes and time", async (t) => {
  if (!isRoot) return t.skip("only root gives files away");
  using scratch = new Scratch();
  const path = scratch.at("conf");
  const attributes = await realFileCalls.loadAttributes();
  assert.ok(attributes !== undefined);
  fs.writeFileSync(path, FOREIGN);
  fs.chownSync(path, 12_345, 23_456);
  fs.chmodSync(path, 0o640);
  const names = { [ACL]: acl(), "user.note": Buffer.from("theirs") };
  withFile(path, (file) => {
    for (const [name, value] of Object.entries(names)) attributes.set(file, name, value);
  });
  const seen = () => {
    const { mode, uid, gid, mtimeNs } = fs.statSync(path, { bigint: true });
    const kept = withFile(path, (file) =>
      Object.keys(names).map((name) =>
        Buffer.from(attributes.getOf(file, name) ?? []).toString("hex"),
      ),
    );
    return { bytes: fs.readFileSync(path, "hex"), mode, uid, gid, mtimeNs, kept };
  };
  const before = seen();
  apply(scratch, [CONF]);
  assert.equal(read(scratch, "conf"), "declared\n");
  const { code, output } = undo(scratch, ["--last", "--yes"]);
  assert.equal(code, 2, output);
  assert.deepEqual(seen(), before);
  const store = scratch.at("var/lib/holdfast/preimages");
  assert.equal(fs.statSync(store).mode & 0o7777, 0o700);
  for (const name of fs.readdirSync(store))
    assert.equal(fs.statSync(`${store}/${name}`).mode & 0o7777, 0o600);
});

test("undo: one change, a run or all since a time; one that another covers is refused and names it, and so is what somebody changed", () => {
  using scratch = new Scratch();
  const declare = (text: string): void => apply(scratch, [FILE.replace("one", text)]);
  declare("first");
  declare("second");
  declare("third");
  const [first, second, third] = changesOf(scratch, "file:/a").map(({ op }) => String(op));
  const [, runOfSecond] = changesOf(scratch, "file:/a").map(({ run }) => String(run));
  assert.ok(second !== undefined && third !== undefined && runOfSecond !== undefined);
  const covered = undo(scratch, [second, "--yes"]);
  assert.equal(covered.code, 1);
  assert.match(covered.output, new RegExp(`UndoRefused: .*${third} changed it again`));
  assert.match(covered.output, new RegExp(`→ Undo ${third} first, or .*--since`));
  assert.equal(undo(scratch, [third, "--yes"]).code, 2);
  assert.equal(read(scratch, "a"), "second\n");
  fs.writeFileSync(scratch.at("a"), "after the undo\n");
  const edited = undo(scratch, ["--run", runOfSecond, "--yes"]);
  assert.match(edited.output, /UndoRefused: .*somebody changed it since/);
  assert.equal(read(scratch, "a"), "after the undo\n");
  fs.writeFileSync(scratch.at("a"), "second\n");
  assert.equal(undo(scratch, ["--run", runOfSecond, "--yes"]).code, 2);
  assert.equal(read(scratch, "a"), "first\n");
  assert.deepEqual(
    changesOf(scratch, "file:/a").map(({ op }) => op),
    [first],
  );
  declare("fourth");
  fs.writeFileSync(scratch.at("a"), "by hand\n");
  const foreign = undo(scratch, ["--last", "--yes"]);
  assert.equal(foreign.code, 1);
  assert.match(foreign.output, /UndoRefused: .*somebody changed it since/);
  assert.equal(read(scratch, "a"), "by hand\n");
  assert.deepEqual(heldOf(scratch), []);
  fs.writeFileSync(scratch.at("a"), "fourth\n");
  assert.equal(undo(scratch, ["--since", "1h", "--yes"]).code, 2);
  assert.ok(!fs.existsSync(scratch.at("a")), "before the first it was not there");
});

test("undo: what cannot be given back stops all of it before it begins, and --partial undoes the rest", () => {
  using scratch = new Scratch();
  const script = "echo x > $HOLDFAST_ROOT/made";
  const exec = `{ kind: exec, name: mark, spec: { command: [/bin/sh, -c, '${script}'], creates: /made } }`;
  const name = scratch.manifest([FILE, exec]);
  const applied = scratch.run("apply", [name, "--root-exec"]);
  assert.equal(applied.code, 2, applied.output);
  const shown = undo(scratch, ["--last"]);
  assert.match(shown.output, /exec:mark.*is not undone/);
  const refused = undo(scratch, ["--last", "--yes"]);
  assert.equal(refused.code, 1);
  assert.match(refused.output, /UndoRefused: .*exec:mark.*nothing was undone\n→ .*--partial/s);
  assert.equal(read(scratch, "a"), "one\n");
  assert.deepEqual(heldOf(scratch), []);
  const partial = undo(scratch, ["--last", "--yes", "--partial"]);
  assert.equal(partial.code, 3, partial.output);
  assert.ok(!fs.existsSync(scratch.at("a")));
  assert.deepEqual(heldOf(scratch), ["file:/a"]);
});

test("undo: beside an agent that serves it is that agent's, which then leaves alone what was undone and says so; a new generation does it again", async () => {
  using scratch = new Scratch();
  fs.writeFileSync(scratch.at("a"), "theirs\n");
  await using serving = await Serving.start(scratch, [FILE, CONF.replace(/, owner.*: 0/, "")]);
  assert.equal(scratch.json("undo", ["--last"]).code, 5);
  assert.equal(read(scratch, "a"), "one\n");
  const beforeUndo = serving.events.length;
  const undone = scratch.json("undo", ["--last", "--yes"]);
  assert.equal(undone.code, 2, JSON.stringify(undone.value));
  assert.equal(read(scratch, "a"), "theirs\n");
  assert.ok(!fs.existsSync(scratch.at("conf")));
  scratch.json("reconcile");
  assert.equal(read(scratch, "a"), "theirs\n", "it is held");
  const status = scratch.run("status", ["--out", "serial"]).stdout;
  assert.match(status, /\nWaiting {2}file:\/a {2}.*was undone: holdfast resume file:\/a/);
  assert.match(scratch.run("why", ["file:/a", "--out", "serial"]).stdout, /was undone/);
  for (const id of ["file:/a", "file:/conf"])
    await serving.event({ type: "result", id, status: "changed" }, beforeUndo);
  const since = serving.events.length;
  assert.equal(scratch.run("resume", ["file:/a"]).code, 0);
  await serving.event({ type: "result", id: "file:/a", status: "changed" }, since);
  assert.equal(read(scratch, "a"), "one\n");
  assert.ok(!fs.existsSync(scratch.at("conf")), "the other is held still");
  const resumed = serving.events.length;
  scratch.manifest([FILE.replace("one", "two"), CONF.replace(/, owner.*: 0/, "")]);
  serving.child.kill("SIGHUP");
  for (const id of ["file:/a", "file:/conf"])
    await serving.event({ type: "result", id, status: "changed" }, resumed);
  assert.deepEqual(heldOf(scratch), []);
  assert.equal(await serving.end("SIGTERM"), 0);
});

test("undo: what a manifest dropped is given back and counts as somebody's: nobody removes it again", () => {
  using scratch = new Scratch();
  const prune = (resources: readonly string[]): string => {
    const name = scratch.manifest(resources);
    const text = fs.readFileSync(`${scratch.directory}/${name}`, "utf8");
    return scratch.source(name, text.replace("resources:", "prune: true\nresources:"));
  };
  const others = ["b", "c", "d", "e"].map((name) => FILE.replace("/a", `/${name}`));
  assert.equal(scratch.run("apply", [prune([FILE, ...others])]).code, 2);
  assert.equal(scratch.run("apply", [prune(others)]).code, 2);
  assert.ok(!fs.existsSync(scratch.at("a")));
  const { code, output } = undo(scratch, ["--last", "--yes"]);
  assert.equal(code, 2, output);
  assert.equal(read(scratch, "a"), "one\n");
  for (const _ of [1, 2]) scratch.run("apply", [prune(others)]);
  assert.equal(read(scratch, "a"), "one\n");
});

test("undo: earlier bytes that may hold a secret are kept encrypted, are in no record and no output, and come back", () => {
  using scratch = new Scratch();
  const using = ["--secrets", "secrets.yaml", "--secrets-key", "key"];
  scratch.source("secrets.yaml", "db:\n  password: hunter2-hunter2\n");
  assert.equal(scratch.run("secrets keygen", ["--out-file", "key"]).code, 0);
  assert.equal(scratch.run("secrets encrypt", ["secrets.yaml", "--secrets-key", "key"]).code, 2);
  fs.writeFileSync(scratch.at("conf"), "theirs: swordfish\n", { mode: 0o600 });
  const name = scratch.manifest([
    '{ kind: file, name: /conf, spec: { mode: "0600", content: { $secret: db.password } } }',
  ]);
  const shown = [scratch.run("apply", [name, ...using])];
  assert.equal(read(scratch, "conf"), "hunter2-hunter2");
  for (const form of ["serial", "json"]) {
    shown.push(scratch.run("ledger", ["--changes", "--out", form]));
    shown.push(scratch.run("history", ["--out", form]));
    shown.push(scratch.run("undo", ["--last", "--source", name, ...using, "--out", form]));
  }
  const done = ["--last", "--yes", "--source", name, ...using, "--out", "json"];
  shown.push(scratch.run("undo", done));
  assert.equal(read(scratch, "conf"), "theirs: swordfish\n");
  const entries = fs.readdirSync(scratch.box, { recursive: true, withFileTypes: true });
  const kept = entries.filter((entry) => entry.isFile() && entry.name !== "conf");
  assert.ok(kept.some(({ parentPath }) => parentPath.endsWith("/preimages")));
  const texts = kept.map(({ parentPath, name: file }) =>
    fs.readFileSync(`${parentPath}/${file}`, "latin1"),
  );
  for (const text of [...texts, ...shown.map(({ output }) => output)])
    for (const secret of ["swordfish", "hunter2", Buffer.from("swordfish").toString("base64")])
      assert.ok(!text.includes(secret), text);
});

test("undo: what is written wrongly says what to write, and changes nothing", () => {
  using scratch = new Scratch();
  apply(scratch, [FILE]);
  const ways = "Write one of: an operation, --last, --run ID, --since TIME.";
  for (const [args, expected, reason, words] of [
    [[], 1, "UsageInvalid", ways],
    [["--last", "--since", "1h"], 1, "UsageInvalid", ways],
    [["0123456789abcdef"], 11, "NotFound", "holdfast ledger --changes lists"],
    [["--run", "apply-none"], 11, "NotFound", "holdfast ledger --changes lists"],
    [["--since", "yesterday-ish"], 1, "UsageInvalid", "such as 90m"],
  ] as const) {
    const { code, output } = undo(scratch, [...args, "--yes"]);
    assert.equal(code, expected, output);
    assert.ok(output.includes(reason) && output.includes(words), output);
  }
  assert.equal(read(scratch, "a"), "one\n");
});

function withFile<T>(path: string, use: (file: number) => T): T {
  const file = fs.openSync(path, "r");
  try {
    return use(file);
  } finally {
    fs.closeSync(file);
  }
}

/** user::rw-, user:23456:rw-, group::r--, mask::rw-, other::--- (acl(5)). */
function acl(): Buffer {
  const entries = [
    [0x01, 6, 0xffffffff],
    [0x02, 6, 23_456],
    [0x04, 4, 0xffffffff],
    [0x10, 6, 0xffffffff],
    [0x20, 0, 0xffffffff],
  ] as const;
  const bytes = Buffer.alloc(4 + entries.length * 8);
  bytes.writeUInt32LE(2);
  for (const [at, [tag, permissions, id]] of entries.entries()) {
    bytes.writeUInt16LE(tag, 4 + at * 8);
    bytes.writeUInt16LE(permissions, 6 + at * 8);
    bytes.writeUInt32LE(id, 8 + at * 8);
  }
  return bytes;
}
