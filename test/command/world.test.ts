import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { test } from "node:test";
import { isRoot, type Json, processesWith, Scratch } from "./command.ts";

const SLEEP = "8640051";

/** The results of an apply by resource: status, and the reason of its fault. */
function resultsOf({ value }: { readonly value: Json }): Readonly<Record<string, string>> {
  const results: unknown = value["results"];
  assert.ok(Array.isArray(results), JSON.stringify(value));
  return Object.fromEntries(
    results.map((result: Json): [string, string] => {
      const reason = /"reason":"(\w+)"/.exec(JSON.stringify(result["fault"] ?? null))?.[1] ?? "";
      return [String(result["id"]), `${String(result["status"])} ${reason}`.trim()];
    }),
  );
}

test("a file in the way is named and left alone; everything else is done", () => {
  using scratch = new Scratch();
  fs.mkdirSync(scratch.at("directory"));
  fs.writeFileSync(scratch.at("file"), "mine");
  execFileSync("mkfifo", [scratch.at("fifo")]);
  fs.writeFileSync(scratch.at("binary"), Uint8Array.of(0xff, 0xfe, 0));
  fs.closeSync(fs.openSync(scratch.at("huge"), "w"));
  fs.truncateSync(scratch.at("huge"), 2 * 1024 ** 3);
  const name = scratch.manifest([
    "{ kind: file, name: /directory, spec: { content: x } }",
    "{ kind: directory, name: /file, spec: {} }",
    "{ kind: file, name: /fifo, spec: { content: x } }",
    "{ kind: file, name: /no/parent, spec: { content: x } }",
    "{ kind: file, name: /binary, spec: { content: x } }",
    "{ kind: file, name: /huge, spec: { content: x } }",
    "{ kind: file, name: /good, spec: { content: x } }",
  ]);
  const applied = scratch.json("apply", [name]);
  assert.equal(applied.code, 3);
  assert.deepEqual(resultsOf(applied), {
    "file:/directory": "failed WrongType",
    "directory:/file": "failed WrongType",
    "file:/fifo": "failed WrongType",
    "file:/no/parent": "failed NotFound",
    "file:/binary": "changed",
    // It is too large to be kept for an undo, so it waits for an approval.
    "file:/huge": "skipped",
    "file:/good": "changed",
  });
  assert.equal(fs.statSync(scratch.at("huge")).size, 2 * 1024 ** 3);
  assert.ok(fs.lstatSync(scratch.at("directory")).isDirectory());
  assert.equal(fs.readFileSync(scratch.at("file"), "utf8"), "mine");
  assert.ok(fs.lstatSync(scratch.at("fifo")).isFIFO());
  const litter = fs.readdirSync(scratch.box).filter((entry) => entry.startsWith(".holdfast"));
  assert.deepEqual(litter, []);
});

test("K5, D1: commands fail with their words, time out with their group, and need leave under a root", () => {
  using scratch = new Scratch();
  const name = scratch.manifest([
    '{ kind: exec, name: bad, spec: { command: [/bin/sh, -c, "echo oops >&2; exit 7"], creates: /x } }',
    `{ kind: exec, name: hang, spec: { command: [/bin/sleep, "${SLEEP}"], creates: /x }, meta: { timeoutMs: 500 } }`,
    "{ kind: exec, name: missing, spec: { command: [/bin/no-such-program], creates: /x } }",
  ]);
  const refused = scratch.json("apply", [name]);
  assert.equal(refused.code, 4);
  assert.deepEqual(new Set(Object.values(resultsOf(refused))), new Set(["denied RootExecRefused"]));
  const applied = scratch.json("apply", [name, "--root-exec"]);
  assert.deepEqual(resultsOf(applied), {
    "exec:bad": "failed CommandFailed",
    "exec:hang": "failed ResourceTimeout",
    "exec:missing": "failed CommandNotFound",
  });
  assert.match(JSON.stringify(applied.value), /exit code 7: oops/);
  assert.deepEqual(processesWith(SLEEP), [], "the process group is gone");
});

test("detect mode and a second apply change nothing; exit codes tell", () => {
  using scratch = new Scratch();
  const name = scratch.manifest(["{ kind: file, name: /a, spec: { content: x } }"]);
  assert.equal(scratch.run("plan", [name]).code, 5);
  assert.equal(scratch.run("apply", [name, "--mode", "detect"]).code, 5);
  assert.ok(!fs.existsSync(scratch.at("a")));
  assert.equal(scratch.run("apply", [name]).code, 2);
  const ledger = fs.statSync(scratch.at("var/lib/holdfast/ledger.jsonl"));
  assert.equal(scratch.run("apply", [name]).code, 0);
  const after = fs.statSync(scratch.at("var/lib/holdfast/ledger.jsonl"));
  assert.equal(after.mtimeMs, ledger.mtimeMs, "promise 9: nothing durable was written");
  assert.equal(scratch.run("plan", [name]).code, 0);
});

test("D17: a resource that a policy names is observed and never changed, in apply, plan and serve", () => {
  using scratch = new Scratch();
  const name = scratch.manifest([
    "{ kind: file, name: /a, spec: { content: x }, meta: { tags: [old] } }",
    "{ kind: file, name: /b, spec: { content: x } }",
    "{ kind: directory, name: /c }",
  ]);
  const policy = ["--detect", "old", "--detect", "directory:/c"];
  assert.equal(scratch.run("plan", [name, ...policy]).code, 5);
  assert.equal(scratch.run("apply", [name, ...policy]).code, 2);
  assert.deepEqual(
    ["a", "b", "c"].map((file) => fs.existsSync(scratch.at(file))),
    [false, true, false],
  );
  const served = scratch.run("serve", [name, ...policy, "--timeout", "300ms"]);
  assert.equal(served.code, 5);
  assert.ok(!fs.existsSync(scratch.at("a")));
  const mistaken = scratch.run("apply", [name, "--detect", "odl", "--out", "serial"]);
  assert.equal(mistaken.code, 1);
  assert.match(mistaken.output, /--detect.*\n.*"odl".*Did you mean "old"/);
});

test("D11: apply waits for no condition, says what is missing, and that alone is no error", () => {
  using scratch = new Scratch();
  const name = scratch.manifest([
    "{ kind: file, name: /a, spec: { content: x }, meta: { condition: [{ file: /ready }] } }",
    "{ kind: file, name: /b, spec: { content: x } }",
  ]);
  const first = scratch.run("apply", [name, "--out", "serial"]);
  assert.equal(first.code, 2);
  assert.match(first.output, /file:\/a .*waiting: condition: \/ready does not exist/);
  assert.ok(!fs.existsSync(scratch.at("a")));
  assert.equal(scratch.run("apply", [name]).code, 5);
  fs.writeFileSync(scratch.at("ready"), "");
  assert.equal(scratch.run("apply", [name]).code, 2);
  assert.equal(fs.readFileSync(scratch.at("a"), "utf8"), "x");
  assert.equal(scratch.run("apply", [name]).code, 0);
});

test("a link that leads the agent's own files out of the root is refused", () => {
  using scratch = new Scratch();
  fs.mkdirSync(scratch.at("var"));
  fs.symlinkSync(scratch.directory, scratch.at("var/lib"));
  const name = scratch.manifest(["{ kind: file, name: /a, spec: { content: x } }"]);
  const { code, output } = scratch.run("apply", [name, "--out", "serial"]);
  assert.equal(code, 1);
  assert.match(output, /PathUnsafe: .*leads out of/);
});

if (isRoot) {
  test("a link of somebody else is not followed by root, and its target is untouched", () => {
    using scratch = new Scratch();
    fs.mkdirSync(scratch.at("open"));
    fs.mkdirSync(scratch.at("target"));
    fs.symlinkSync("/target", scratch.at("open/way"));
    fs.lchownSync(scratch.at("open/way"), 65_534, 65_534);
    const name = scratch.manifest(["{ kind: file, name: /open/way/a, spec: { content: x } }"]);
    const applied = scratch.json("apply", [name]);
    assert.deepEqual(resultsOf(applied), { "file:/open/way/a": "unknown PathUnsafe" });
    assert.deepEqual(fs.readdirSync(scratch.at("target")), []);
  });

  test("a full and a read-only file system are named, nothing is left on them", () => {
    using scratch = new Scratch();
    fs.mkdirSync(scratch.at("d"));
    fs.mkdirSync(scratch.at("old"));
    const name = scratch.manifest(["{ kind: file, name: /d/a, spec: { content: x } }"]);
    mount(scratch.at("d"), "size=64k");
    try {
      fill(scratch.at("d/fill"));
      assert.deepEqual(resultsOf(scratch.json("apply", [name])), {
        "file:/d/a": "failed DiskFull",
      });
      assert.deepEqual(fs.readdirSync(scratch.at("d")), ["fill"]);
      execFileSync("mount", ["-o", "remount,ro", scratch.at("d")]);
      assert.deepEqual(resultsOf(scratch.json("apply", [name])), {
        "file:/d/a": "failed ReadOnly",
      });
    } finally {
      execFileSync("umount", [scratch.at("d")]);
    }
  });

  test("without a ledger that can be written nothing is applied", () => {
    using scratch = new Scratch();
    fs.mkdirSync(scratch.at("var/lib/holdfast"), { recursive: true, mode: 0o700 });
    const name = scratch.manifest(["{ kind: file, name: /a, spec: { content: x } }"]);
    mount(scratch.at("var/lib/holdfast"), "size=4k,mode=700");
    try {
      fill(scratch.at("var/lib/holdfast/fill"));
      const { code, output } = scratch.run("apply", [name, "--out", "serial"]);
      assert.equal(code, 4, "it ran, and every resource failed");
      assert.match(output, /DiskFull: .*ledger/);
      assert.ok(!fs.existsSync(scratch.at("a")));
    } finally {
      execFileSync("umount", [scratch.at("var/lib/holdfast")]);
    }
  });
}

function mount(path: string, options: string): void {
  execFileSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", path]);
}

function fill(path: string): void {
  const file = fs.openSync(path, "w");
  try {
    for (;;) fs.writeSync(file, Buffer.alloc(4096));
  } catch (error) {
    assert.equal(error instanceof Error && "code" in error && error.code, "ENOSPC");
  } finally {
    fs.closeSync(file);
  }
}

test("K5: with onNotify a command runs when another resource changed, owed until it succeeds; --verbose shows its output", () => {
  using scratch = new Scratch();
  const ran = `${scratch.directory}/ran`;
  const allowed = `${scratch.directory}/allowed`;
  const script = `test -e ${allowed} || exit 7; echo ran >> ${ran}; echo on stdout; echo on stderr >&2`;
  const source = (content: string) =>
    scratch.manifest([
      `{ kind: file, name: /conf, spec: { content: ${content} }, meta: { notify: ["exec:build"] } }`,
      `{ kind: exec, name: build, spec: { command: "${script}", shell: true, onNotify: true } }`,
    ]);
  const apply = (content: string, ...words: readonly string[]) =>
    scratch.run("apply", [source(content), "--root-exec", "--out", "serial", ...words]);
  const runs = () => (fs.existsSync(ran) ? fs.readFileSync(ran, "utf8").split("\n").length - 1 : 0);

  const { stdout: plan } = scratch.run("plan", [source("one"), "--root-exec", "--out", "serial"]);
  assert.match(plan, /\* exec:build {2}refresh, notified by file:\/conf/);
  assert.equal(apply("one").code, 3, "it fails");
  fs.writeFileSync(allowed, "");
  const quiet = apply("one");
  assert.match(quiet.stdout, /exec:build {2}changed/, "still owed");
  assert.doesNotMatch(quiet.stdout, /on std/);
  assert.equal(apply("one").code, 0, "owed no more");
  assert.equal(runs(), 1);
  const loud = apply("two", "--verbose");
  assert.match(loud.stdout, / {4}stdout:\n {6}on stdout\n {4}stderr:\n {6}on stderr\n/);
  assert.equal(runs(), 2);
});
