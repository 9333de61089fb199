import assert from "node:assert/strict";
import * as fs from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { type Json, Scratch, Serving } from "./command.ts";

const LOG = "var/log/holdfast/events-000001.jsonl";
const FILE = '{ kind: file, name: /a, spec: { content: "one\\n", mode: "0644" } }';
const HUSH = '{ kind: file, name: /hush, spec: { content: "hush\\n", mode: "0600" } }';
const ORPHAN = '{ kind: file, name: /b, spec: { content: "b\\n" }, meta: { onRemove: delete } }';
const FAILING = '{ kind: file, name: /missing/x, spec: { content: "x" } }';
const ONE_SHOT =
  "{ kind: exec, name: once, spec: { command: [/bin/true], idempotencyKey: key-1 } }";

function listIn(value: Json, field: string): readonly Json[] {
  const list: unknown = value[field];
  assert(Array.isArray(list), JSON.stringify(value));
  return list.map((one: Json) => one);
}

function withoutAuthors(value: Json): readonly Json[] {
  return listIn(value, "entries").filter(({ type }) => type !== "attributed");
}

test("history: what apply, serve, drift and removal did is shown for one resource and for all, without what is private; damage hides nothing else", async () => {
  using scratch = new Scratch();
  assert.equal(scratch.run("history").code, 0);
  scratch.run("apply", [scratch.manifest([FILE, HUSH, ORPHAN, FAILING])]);
  scratch.run("apply", [scratch.manifest([FILE, HUSH, ORPHAN, FAILING])]);
  {
    await using serving = await Serving.start(scratch, [FILE, HUSH]);
    const since = serving.events.length;
    fs.writeFileSync(scratch.at("a"), "bad\n");
    await serving.event({ type: "result", id: "file:/a", status: "changed" }, since);
    assert.equal(await serving.end("SIGTERM"), 0);
  }
  const { code, value } = scratch.json("history", ["file:/a"]);
  assert.equal(code, 0);
  // Who did it is found out in its own time, or never where the agent ends before; attribution.test.ts has that.
  const entries = withoutAuthors(value);
  assert.deepEqual(
    entries.map(({ type, cause }) => [type, cause]),
    [
      ["changed", "intent"],
      ["drifted", "drift"],
      ["changed", "drift"],
    ],
  );
  assert.deepEqual([entries[0]?.["generation"], entries[2]?.["generation"]], [1, 2]);
  assert.match(JSON.stringify(entries[2]?.["changes"]), /bad/);
  assert.deepEqual([value["isAllRead"], value["isFromStart"]], [true, true]);
  const all = scratch.run("history", ["--out", "serial"]).output;
  assert.match(all, /removed file:\/b {2}no longer declared, generation 2/);
  const failures = all.match(/failed file:\/missing\/x/g) ?? [];
  assert.equal(failures.length, 1, all);
  assert.match(all, /failed file:\/missing\/x {2}as newly declared, 2 times, last /);
  assert.doesNotMatch(all, /hush\\n/);
  assert.match(all, /the log knows from .* on\n$/);
  const last = listIn(scratch.json("history", ["file:/a", "--limit", "1"]).value, "entries");
  assert.deepEqual(last, listIn(value, "entries").slice(-1));
  const unknown = scratch.run("history", ["file:/aa", "--out", "serial"]);
  assert.equal(unknown.code, 11);
  assert.match(
    unknown.output,
    /NotFound: nothing is on record of file:\/aa\n.*Did you mean file:\/a\?/,
  );
  assert.equal(scratch.run("history", ["file:/a", "--since", "2999-01-01"]).code, 0);
  const lines = fs.readFileSync(scratch.at(LOG), "utf8").split("\n");
  lines[1] = "garbage";
  fs.writeFileSync(scratch.at(LOG), `${lines.join("\n")}{"ts`);
  const damaged = scratch.json("history", ["file:/a"]).value;
  assert.deepEqual(withoutAuthors(damaged), entries);
  const places = listIn(damaged, "damages").map(({ line }) => line);
  assert.deepEqual([places[0], places.at(-1)], [2, lines.length]);
});

test("ledger: what was applied, keys, orphans and what is in flight is listed beside the agent that serves and without one, and nothing is written", async () => {
  using scratch = new Scratch();
  const none = scratch.json("ledger");
  assert.deepEqual([none.code, none.value["orphans"]], [0, null], "there is none yet");
  assert.match(scratch.run("ledger").output, /what is orphaned is not known: no source was named/);
  assert.deepEqual(fs.readdirSync(scratch.box), []);
  const name = scratch.manifest([FILE, HUSH, ONE_SHOT]);
  assert.equal(scratch.run("apply", [name, "--root-exec"]).code, 2);
  const source = scratch.at("etc/holdfast/site.yaml");
  fs.mkdirSync(dirname(source), { recursive: true });
  fs.copyFileSync(join(scratch.directory, scratch.manifest([FILE, ONE_SHOT])), source);
  const before = listIn(scratch.json("ledger").value, "orphans");
  assert.deepEqual(before, [{ id: "file:/hush", why: before[0]?.["why"] }]);
  await using _serving = await Serving.start(scratch, [FILE, ONE_SHOT]);
  const { value } = scratch.json("ledger", ["--keys"]);
  assert.deepEqual(listIn(value, "applied")[1], {
    id: "file:/a",
    provenance: "created",
    manifest: "test",
  });
  assert.deepEqual(listIn(value, "keys"), [{ key: "key-1", as: "done" }]);
  assert.deepEqual(
    listIn(value, "orphans").map(({ id }) => id),
    ["file:/hush"],
  );
  assert.deepEqual(listIn(value, "inFlight"), []);
  const text = scratch.run("ledger", ["--out", "serial"]).output;
  assert.match(text, /created {2}file:\/a {2}manifest test\n/);
  assert.match(text, /keys of one-shots: 1 done, 0 without an outcome/);
  assert.match(scratch.run("ledger", ["--in-flight"]).output, /nothing is in flight/);
});
