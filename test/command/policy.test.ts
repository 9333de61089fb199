import assert from "node:assert/strict";
import * as fs from "node:fs";
import { test } from "node:test";
import { type Json, Scratch, Serving } from "./command.ts";

const HEAD = "apiVersion: holdfast/v1\nkind: Policy\n";
const ENTRIES = 800;

/** A machine with a tree that somebody filled, and a manifest that would remove it. */
function withTree(scratch: Scratch): string {
  fs.mkdirSync(scratch.at("srv/tree"), { recursive: true });
  for (let at = 0; at < ENTRIES; at += 1) fs.writeFileSync(scratch.at(`srv/tree/f${at}`), "");
  return scratch.manifest([
    "{ kind: directory, name: /srv/tree, spec: { state: absent, force: true } }",
    '{ kind: file, name: /motd, spec: { content: "hello\\n" } }',
  ]);
}

function policy(scratch: Scratch, text: string): void {
  fs.mkdirSync(scratch.at("etc/holdfast"), { recursive: true });
  fs.writeFileSync(scratch.at("etc/holdfast/policy.yaml"), HEAD + text, { mode: 0o644 });
}

function actionsOf(value: Json): readonly Json[] {
  const { actions }: { readonly actions?: unknown } = value;
  assert(Array.isArray(actions), JSON.stringify(value));
  return actions.map((action: Json) => action);
}

test("a tree with data of others is shown with its entries, waits for an approval, and goes where a rule allows it", () => {
  using scratch = new Scratch();
  const name = withTree(scratch);
  const planned = scratch.run("plan", [name, "--explain-risk"]);
  assert.equal(planned.code, 5);
  assert.match(planned.stdout, /- directory:\/srv\/tree {2}removes 800 entries in it.*destructive/);
  assert.match(planned.stdout, /waits for an approval: .*holdfast approve directory:\/srv\/tree/);
  assert.match(planned.stdout, /directory: destructive \(data\): removes a tree/);
  const applied = scratch.run("apply", [name]);
  assert.equal(applied.code, 2, applied.output);
  assert.match(applied.output, /skipped, waiting: approval: destructive: removes a tree/);
  assert.equal(scratch.run("apply", [name]).code, 5, "only what waits is left");
  assert.equal(fs.readdirSync(scratch.at("srv/tree")).length, ENTRIES);
  const [tree] = actionsOf(scratch.json("plan", [name]).value);
  assert.deepEqual(
    [tree?.["risk"], tree?.["impact"], tree?.["canBeUndone"]],
    ["destructive", "data", false],
  );
  policy(scratch, "rules: [{ match: { kinds: [directory] }, allow: true }]\n");
  assert.equal(scratch.run("apply", [name]).code, 2);
  assert(!fs.existsSync(scratch.at("srv/tree")));
});

test("a copy follows its source alone until somebody edits a file that the source changes too: that waits for an approval", () => {
  using scratch = new Scratch();
  fs.mkdirSync(scratch.at("srv/source"), { recursive: true });
  const write = (place: string, text: string): void =>
    fs.writeFileSync(scratch.at(`srv/${place}`), text);
  const read = (name: string): string => fs.readFileSync(scratch.at(`srv/copy/${name}`), "utf8");
  write("source/a", "one\n");
  write("source/b", "one\n");
  const name = scratch.manifest([
    "{ kind: directory, name: /srv/copy, spec: { source: /srv/source } }",
  ]);
  assert.equal(scratch.run("apply", [name]).code, 2);
  write("source/a", "two, and longer\n");
  const alone = scratch.run("apply", [name]);
  assert.doesNotMatch(alone.output, /waiting/);
  assert.equal(read("a"), "two, and longer\n");
  write("copy/b", "theirs\n");
  write("source/b", "two\n");
  const waiting = scratch.run("apply", [name]);
  assert.match(waiting.output, /waiting: approval: destructive: overwrites files in a copy/);
  assert.equal(read("b"), "theirs\n");
  policy(scratch, "rules: [{ match: { kinds: [directory] }, allow: true }]\n");
  assert.equal(scratch.run("apply", [name]).code, 2);
  assert.equal(read("b"), "two\n");
});

test("a policy that cannot be read stops plan, apply and serve, and validate says where it is wrong", () => {
  using scratch = new Scratch();
  const name = scratch.manifest(['{ kind: file, name: /motd, spec: { content: "hello\\n" } }']);
  policy(scratch, "rules: [{ match: { kind: [file] }, allow: true }]\n");
  for (const command of ["plan", "apply", "serve"]) {
    const { code, output } = scratch.run(command, [name]);
    assert.equal(code, 1, output);
    assert.match(output, /policy\.yaml:3:20: Unknown field/);
  }
  assert(!fs.existsSync(scratch.at("motd")));
  const checked = scratch.run("validate", [scratch.at("etc/holdfast/policy.yaml")]);
  assert.equal(checked.code, 1);
  assert.match(checked.output, /policy\.yaml:3:20: Unknown field.*\n.*Did you mean "kinds"/);
  fs.copyFileSync(`${scratch.directory}/${name}`, scratch.at("etc/holdfast/site.yaml"));
  assert.match(scratch.run("validate").output, /policy\.yaml:3:20: Unknown field/);
  policy(scratch, "rules: [{ match: { kinds: [file] }, deny: not here }]\n");
  const denied = scratch.run("apply", [name]);
  assert.equal(denied.code, 4);
  assert.match(denied.output, /PolicyDenied: .*not here/);
  const named = scratch.source("mine.yaml", HEAD);
  assert.equal(scratch.run("validate", [named]).code, 0);
  assert.equal(scratch.run("apply", [name, "--policy", named]).code, 2);
});

test("an agent that serves reads its policy again with SIGHUP, and then does what it held back", async () => {
  using scratch = new Scratch();
  const name = scratch.manifest(['{ kind: file, name: /motd, spec: { content: "hello\\n" } }']);
  policy(scratch, "rules: [{ approvals: 1 }]\n");
  await using serving = new Serving(scratch, [name]);
  await serving.event({ type: "watching" });
  await serving.event({ type: "result", id: "file:/motd", status: "skipped" });
  const since = serving.events.length;
  policy(scratch, "rules: [{ approvals: 3 }]\n");
  serving.child.kill("SIGHUP");
  await serving.event({ type: "degraded", subject: "source" }, since);
  assert(!fs.existsSync(scratch.at("motd")), "a broken policy allows nothing");
  policy(scratch, "");
  serving.child.kill("SIGHUP");
  await serving.event({ type: "result", id: "file:/motd", status: "changed" }, since);
});

test("what is protected stays when it leaves a manifest that prunes, and prune: false keeps everything", () => {
  using scratch = new Scratch();
  const head =
    "apiVersion: holdfast/v1\nkind: Manifest\nmetadata: { name: t }\nprune: true\nresources:\n";
  const kept = "- { kind: file, name: /kept, spec: { content: x } }\n";
  const plain = "- { kind: file, name: /plain, spec: { content: x } }\n";
  const safe = "- { kind: file, name: /safe, spec: { content: x }, meta: { protect: true } }\n";
  const whole = scratch.source("m.yaml", head + kept + plain + safe);
  assert.equal(scratch.run("apply", [whole]).code, 2);
  const less = scratch.source("m.yaml", head + kept);
  policy(scratch, "prune: false\n");
  const vetoed = scratch.run("apply", [less]);
  assert.equal(vetoed.code, 5, vetoed.output);
  assert.match(vetoed.output, /file:\/plain {2}.*waiting: veto: .*prune: false/);
  policy(scratch, "");
  const removed = scratch.run("apply", [less]);
  assert.equal(removed.code, 2, removed.output);
  assert.match(removed.output, /file:\/safe {2}.*waiting: approval: /);
  assert(!fs.existsSync(scratch.at("plain")));
  assert(fs.existsSync(scratch.at("safe")));
});
