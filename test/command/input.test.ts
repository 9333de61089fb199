import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, readdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Scratch } from "./command.ts";

/** Applies a manifest that must be refused: these words come, with exit code 1, and nothing is made. */
function checkRefused(resources: readonly string[], expected: readonly RegExp[]): void {
  using scratch = new Scratch();
  const name = scratch.manifest(resources);
  const { code, output } = scratch.run("apply", [name, "--out", "serial"]);
  assert.equal(code, 1, output);
  for (const words of expected) assert.match(output, words);
  assert.match(output, /InputInvalid: .*manifest\.yaml has \d+ mistakes?\n→ /);
  const made = readdirSync(scratch.box).filter((entry) => entry !== "run");
  assert.deepEqual(made, [], "nothing is made");
}

test("bad input: unknown kinds and fields name the nearest, at file:line:column", () => {
  checkRefused(
    ["{ kind: fiel, name: /a, spec: {} }", "{ kind: file, name: /b, spec: { contnet: x } }"],
    [
      /manifest\.yaml:5:7: Unknown kind.*\n.*Did you mean "file"\?/,
      /manifest\.yaml:6:37: Unknown field.*\n.*Did you mean "content"\?/,
    ],
  );
});

test("D19: the files of a directory together have a bounded length, and of many mistakes the first are shown", () => {
  using scratch = new Scratch();
  for (const name of ["a", "b"]) {
    truncateSync(
      join(scratch.directory, scratch.source(`conf/${name}.yaml`, "")),
      40 * 1024 * 1024,
    );
  }
  const { code, output } = scratch.run("plan", ["conf", "--out", "serial"]);
  assert.equal(code, 1, output);
  assert.match(
    output,
    /ContentTooLarge: .*conf\/b\.yaml has \d+ bytes or more; all files of a source/,
  );
  const wrong = Array.from(
    { length: 300 },
    (_, at) => `{ kind: file, name: /${at}, spec: { x: 1 } }`,
  );
  const many = scratch.run("plan", [scratch.manifest(wrong), "--out", "serial"]);
  assert.match(
    many.output,
    /And more\n *200 more are not shown: correct these first\.\n.*has 300 mistakes/s,
  );
  assert.ok(many.output.split("\n").length < 250, "what is printed is bounded");
});

test("G1: a duplicate names both places; unknown, self and cyclic dependencies come all together", () => {
  const file = (name: string, meta = "{}"): string =>
    `{ kind: file, name: ${name}, spec: { content: x }, meta: ${meta} }`;
  checkRefused([file("/a"), file("/a")], [/declared at .*:5:5 and again at .*:6:5/]);
  checkRefused(
    [
      file("/abc", '{ dependsOn: ["file:/abd"] }'),
      file("/s", '{ dependsOn: ["file:/s"] }'),
      file("/x", '{ dependsOn: ["file:/y"] }'),
      file("/y", '{ dependsOn: ["file:/x"] }'),
    ],
    [/did you mean file:\/abc/, /names itself/, /file:\/x → file:\/y → file:\/x/],
  );
});

test("G6: two owners of one path are refused", () => {
  checkRefused(
    [
      "{ kind: file, name: /a, spec: { content: x } }",
      "{ kind: link, name: /a, spec: { target: b } }",
    ],
    [/two resources own one thing/],
  );
});

test("mode: what an operator means by 0644, however YAML reads it", () => {
  using scratch = new Scratch();
  const spellings = ["0644", "0o644", '"0644"', '"644"'];
  const resources = spellings.map(
    (mode, at) => `{ kind: file, name: /m${at}, spec: { content: x, mode: ${mode} } }`,
  );
  const { value } = scratch.json("plan", [scratch.manifest(resources)]);
  const shown = JSON.stringify(value["actions"]).match(/"path":"mode","from":null,"to":"[0-7]+"/g);
  assert.deepEqual(new Set(shown), new Set(['"path":"mode","from":null,"to":"0644"']));
  checkRefused(["{ kind: file, name: /a, spec: { mode: 420 } }"], [/"0644"/]);
  checkRefused(["{ kind: file, name: /a, spec: { mode: rw } }"], [/octal digits/]);
});

test("a file that is no manifest says where and why", () => {
  using scratch = new Scratch();
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ["broken.yaml", "apiVersion: holdfast/v1\nkind: [\n", /broken\.yaml:\d+:\d+: Not YAML/],
    ["broken.json", '{"apiVersion": "holdfast/v1",\n "kind": }', /broken\.json:2:10: Not JSON/],
    ["empty.yaml", "", /empty\.yaml: Empty file/],
    ["old.yaml", "apiVersion: holdfast/v0\nkind: Manifest\n", /old\.yaml:1:1: .*\n.*holdfast\/v1/],
  ];
  for (const [name, text, expected] of cases) {
    const { code, output } = scratch.run("plan", [scratch.source(name, text), "--out", "serial"]);
    assert.equal(code, 1);
    assert.match(output, expected);
  }
});

test("B1: a blueprint that fails is shown with its line, and nothing is applied", () => {
  using scratch = new Scratch();
  const blueprint = (name: string, body: string): string =>
    scratch.source(name, `import { blueprint } from "holdfast";\n${body}\n`);
  const cases: readonly (readonly [string, string, RegExp])[] = [
    [
      "throws.ts",
      'export default blueprint("t", (host) => {\n  host.file("/a", { content: "x" });\n  throw new Error("boom");\n});',
      /throws\.ts:4:9: .*\n.*boom/,
    ],
    ["nothing.ts", "export const x = 1;", /BlueprintInvalid: .*nothing\.ts.*default export/],
    ["ends.ts", "process.exit(3);", /BlueprintFailed: .*exit code 3/],
    ["missing.ts", 'import "./missing-module.ts";', /BlueprintFailed: .*missing-module\.ts/],
    [
      "needs.ts",
      'export default blueprint("t", { parameters: { port: { type: "number" } } }, () => {});',
      /"port" must be given/,
    ],
  ];
  for (const [name, body, expected] of cases) {
    const { code, output } = scratch.run("apply", [blueprint(name, body), "--out", "serial"]);
    assert.equal(code, 1, output);
    assert.match(output, expected);
  }
});

test("a source that others can write is not obeyed by root", () => {
  using scratch = new Scratch();
  const name = scratch.manifest(["{ kind: file, name: /a, spec: { content: x } }"]);
  chmodSync(join(scratch.directory, name), 0o666);
  const { code, output } = scratch.run("apply", [name, "--out", "serial"]);
  if (process.geteuid?.() === 0) {
    assert.equal(code, 1);
    assert.match(output, /SourceUnsafe: .*mode 0666.*\n→ Run: chmod go-w/);
  } else assert.equal(code, 2);
});

test("the command line: unknown words are named, with the nearest; JSON errors have their form", () => {
  using scratch = new Scratch();
  const unknown = scratch.run("nonsense");
  assert.equal(unknown.code, 1);
  assert.match(unknown.output, /UsageInvalid: unknown command 'nonsense'/);
  assert.match(scratch.run("plan", ["--rot", "x"]).output, /Did you mean --root\?/);
  assert.match(scratch.run("plan", ["--parallel", "-1"]).output, /UsageInvalid: .*--parallel/);
  const missing = scratch.json("plan", ["missing.yaml"]);
  assert.equal(missing.code, 11);
  assert.deepEqual(Object.keys(missing.value), ["error"]);
  const name = scratch.manifest(["{ kind: fiel, name: /a, spec: {} }"]);
  const { code, value } = scratch.json("apply", [name]);
  assert.equal(code, 1);
  const text = JSON.stringify(value);
  assert.match(
    text,
    /^\{"error":\{"reason":"InputInvalid","message":".*","resolution":".*","diagnostics":\[/,
  );
  assert.match(text, /"location":\{"file":".*manifest\.yaml","line":5,"column":7\}/);
});

test("--only and --skip choose by id, kind, tag and glob, and bring dependencies along", () => {
  using scratch = new Scratch();
  const name = scratch.manifest([
    "{ kind: directory, name: /d, spec: {} }",
    "{ kind: file, name: /d/a, spec: { content: x }, meta: { tags: [web] } }",
    "{ kind: file, name: /d/b, spec: { content: x } }",
    "{ kind: link, name: /l, spec: { target: d } }",
  ]);
  const chosen = (...args: string[]): readonly string[] => {
    const { value } = scratch.json("plan", [name, ...args]);
    return JSON.stringify(value["actions"]).match(/(?<="id":")[^"]+/g) ?? [];
  };
  assert.deepEqual(chosen("--only", "web"), ["directory:/d", "file:/d/a"]);
  assert.deepEqual(chosen("--only", "web", "--no-deps"), ["file:/d/a"]);
  assert.deepEqual(chosen("--only", "file:/d/*", "--skip", "file:/d/a"), [
    "directory:/d",
    "file:/d/b",
  ]);
  assert.deepEqual(chosen("--skip", "file", "--skip", "directory"), ["link:/l"]);
  const { code, output } = scratch.run("plan", [name, "--only", "wep", "--out", "serial"]);
  assert.equal(code, 1);
  assert.match(output, /Did you mean "web"/);
});

test("a reader that is slower than the command gets every byte", () => {
  using scratch = new Scratch();
  const resources = Array.from(
    { length: 3_000 },
    (_, at) => `{ kind: file, name: /f${at}, spec: { content: "${"x".repeat(100)}" } }`,
  );
  const command = scratch.shell(["plan", scratch.manifest(resources), "--out", "json"]);
  const output = execFileSync("/bin/sh", ["-c", `${command} | { sleep 1; cat; }`], {
    cwd: scratch.directory,
    encoding: "utf8",
    maxBuffer: 2 ** 24,
  });
  assert.ok(output.length > 500_000);
  assert.equal(output.match(/"verb":"create"/g)?.length, 3_000);
});

test("bad input: a root that is not there, or is no directory, is no mistake of ours", () => {
  using scratch = new Scratch();
  const source = scratch.manifest(["{ kind: file, name: /a, spec: {} }"]);
  writeFileSync(join(scratch.directory, "regular"), "");
  const commands = ["plan", "apply", "serve", "pause", "resume", "events", "status", "facts"];
  for (const command of commands) {
    for (const [root, expected] of [
      ["missing", /^NotFound: --root: there is no directory "\/.*\/missing"\n→ .*mkdir -p/],
      ["regular", /^UsageInvalid: --root: "\/.*\/regular" is no directory/],
      ["", /^UsageInvalid: the word after "--root" is empty/],
    ] as const) {
      const own = ["plan", "apply", "serve"].includes(command) ? [source] : [];
      const words = [...own, "--out", "serial", "--root", root];
      const { status, stderr } = scratch.bare([command, ...words]);
      assert.match(stderr, expected, command);
      assert.equal(status, 1);
    }
  }
});

test("bad input: an argument that is empty does not stand for the working directory", () => {
  using scratch = new Scratch();
  scratch.manifest(["{ kind: file, name: /a, spec: {} }"]);
  const { code, output } = scratch.run("apply", ["", "--out", "serial"]);
  assert.equal(code, 1);
  assert.match(output, /^UsageInvalid: the word after "apply" is empty/);
});
