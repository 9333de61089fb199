import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { isRoot, Scratch, Serving } from "./command.ts";

const PASSWORD = 'hunter2-"quoted"-hunter2';
const PLAIN = `# ours\ndb:\n  password: '${PASSWORD}'   # keep\n  old: never used\n`;
const USING = ["--secrets", "secrets.yaml", "--secrets-key", "key"];
const RESOURCES = [
  '{ kind: file, name: /app.conf, spec: { mode: "0600", content: { $concat: ["password=", { $secret: db.password }, "\\n"] } } }',
  '{ kind: exec, name: leak, spec: { command: [/bin/sh, -c, "echo I am $P; cat; exit 3"], env: { P: { $secret: db.password } }, stdin: { $secret: db.password }, unless: [/bin/false] } }',
];

/** A key, an encrypted secrets file, and a manifest that refers to it. */
function prepare(scratch: Scratch, resources: readonly string[] = RESOURCES): string {
  scratch.source("secrets.yaml", PLAIN);
  assert.equal(scratch.run("secrets keygen", ["--out-file", "key"]).code, 0);
  const { code, output } = scratch.run("secrets encrypt", ["secrets.yaml", "--secrets-key", "key"]);
  assert.equal(code, 2, output);
  assert.doesNotMatch(output, /hunter2/);
  return scratch.manifest(resources);
}

/** An editor that is a shell script. Root obeys it where it lies; its tempfile is shown by nobody. */
function editor(scratch: Scratch, script: string): { EDITOR: string } {
  const path = join(scratch.directory, scratch.source("editor", `#!/bin/sh\n${script}\n`));
  fs.chmodSync(path, 0o755);
  return { EDITOR: path };
}

function refuseLeaks(text: string): void {
  for (const form of [PASSWORD, "hunter2", Buffer.from(PASSWORD).toString("base64")]) {
    assert.ok(!text.includes(form), text);
  }
}

/** Everything the agent keeps on the disk of a root, but the declared files. */
function kept(scratch: Scratch): string {
  const paths = fs.readdirSync(scratch.box, { recursive: true, withFileTypes: true });
  const files = paths.filter((entry) => entry.isFile() && entry.name !== "app.conf");
  return files
    .map(({ parentPath, name }) => fs.readFileSync(join(parentPath, name), "utf8"))
    .join();
}

test("B4: a secret reaches the file, and no output, log line or record shows it", () => {
  using scratch = new Scratch();
  const name = prepare(scratch);
  const args = [name, ...USING, "--root-exec", "--verbose"];
  for (const form of ["serial", "json"]) {
    for (const command of ["validate", "plan", "apply", "apply"]) {
      const words = command === "validate" ? [name, ...USING] : args;
      const { output } = scratch.run(command, [...words, "--out", form]);
      refuseLeaks(output);
      if (command === "plan") assert.match(output, /‹secret›/);
      if (command === "apply") assert.match(output, /I am ‹secret›/);
    }
    assert.equal(fs.readFileSync(scratch.at("app.conf"), "utf8"), `password=${PASSWORD}\n`);
    assert.equal(fs.statSync(scratch.at("app.conf")).mode & 0o777, 0o600);
    fs.writeFileSync(scratch.at("app.conf"), `password=an old ${PASSWORD}\n`);
  }
  assert.match(kept(scratch), /"type":"done","id":"file:\/app\.conf"/);
  refuseLeaks(kept(scratch));
});

test("B4: a process with a secret on its command line is named without it, also to root", {
  skip: !isRoot && "arguments are shown to root only",
}, async () => {
  using scratch = new Scratch();
  await using serving = new Serving(scratch, [prepare(scratch), ...USING, "--root-exec"]);
  await serving.event({ type: "watching" });
  const since = serving.events.length;
  const shell = spawn("/bin/sh", ["-s", "word", PASSWORD], {
    stdio: ["pipe", "ignore", "inherit"],
  });
  const ended = once(shell, "exit");
  try {
    shell.stdin.write(`exec 3>>'${scratch.at("app.conf")}'; echo tampered >&3\n`);
    await serving.event({ type: "result", id: "file:/app.conf", cause: "drift" }, since);
    const deadline = AbortSignal.timeout(20_000);
    for (let published = ""; !published.includes('"word"'); ) {
      deadline.throwIfAborted();
      published = scratch.run("why", ["file:/app.conf", "--out", "json"]).output;
      refuseLeaks(published);
    }
  } finally {
    shell.stdin.end();
    await ended;
  }
});

test("B4: no part of a file that everybody may read is a secret", () => {
  using scratch = new Scratch();
  const parts = (mode: string) => [
    `{ kind: file, name: /other.conf, spec: { mode: "${mode}" } }`,
    `{ kind: file, name: /other.json, spec: { mode: "${mode}" } }`,
    "{ kind: line, name: token, spec: { path: /other.conf, line: { $secret: db.password } } }",
    "{ kind: json-field, name: token, spec: { path: /other.json, field: [token], value: { $secret: db.password } } }",
  ];
  fs.writeFileSync(scratch.at("other.conf"), "a=1\n");
  fs.writeFileSync(scratch.at("other.json"), "{}\n");
  const { code, output } = scratch.run("apply", [prepare(scratch, parts("0644")), ...USING]);
  assert.equal(code, 3, output);
  assert.equal(output.match(/SecretExposed: \/other\.\w+ can be read by everybody/g)?.length, 2);
  assert.match(output, /Declare file:\/other\.conf with a mode/);
  const parted = () =>
    ["other.conf", "other.json"].map((name) => fs.readFileSync(scratch.at(name), "utf8"));
  assert.deepEqual(parted(), ["a=1\n", "{}\n"]);
  assert.equal(scratch.run("apply", [scratch.manifest(parts("0600")), ...USING]).code, 2);
  assert.ok(parted().every((content) => content.includes("hunter2")));
});

test("B4: while serving neither events nor status tell it; a secret that changed is written after a reload", async () => {
  using scratch = new Scratch();
  const name = prepare(scratch);
  await using serving = new Serving(scratch, [name, ...USING, "--root-exec"]);
  await serving.event({ type: "watching" });
  fs.writeFileSync(scratch.at("app.conf"), `password=${PASSWORD}, almost\n`);
  await serving.event({ type: "drift", id: "file:/app.conf" });
  await serving.event({ type: "result", id: "file:/app.conf", cause: "drift" });
  const change = editor(scratch, `sed -i "s/hunter2/changed/g" "$1"`);
  const edited = scratch.run("secrets edit", ["secrets.yaml", "--secrets-key", "key"], change);
  assert.match(edited.output, /1 value encrypted: db\.password/);
  const since = serving.events.length;
  assert.equal(scratch.run("reload").code, 0);
  await serving.event({ type: "result", id: "file:/app.conf", cause: "intent" }, since);
  const now = PASSWORD.replaceAll("hunter2", "changed");
  assert.equal(fs.readFileSync(scratch.at("app.conf"), "utf8"), `password=${now}\n`);
  const published = ["status", "events"].map(
    (command) => scratch.run(command, ["--out", "json"]).output,
  );
  const all = [...published, JSON.stringify(serving.events), kept(scratch)].join("\n");
  refuseLeaks(all);
  assert.doesNotMatch(all, /changed-/);

  const good = fs.readFileSync(join(scratch.directory, "secrets.yaml"), "utf8");
  scratch.source("secrets.yaml", good.replace(/ENC\[AES256:..../, "ENC[AES256:AAAA"));
  const refused = scratch.run("reload", ["--out", "serial"]);
  assert.equal(refused.code, 1);
  assert.match(refused.output, /secrets\.yaml:3:13: Wrong encrypted value/);
  assert.equal(
    fs.readFileSync(scratch.at("app.conf"), "utf8"),
    `password=${now}\n`,
    "the good stays",
  );
  assert.match(scratch.run("status", ["--out", "serial"]).output, /degraded source/);
  scratch.source("secrets.yaml", good);
  assert.equal(scratch.run("reload").code, 0);
  await serving.end("SIGTERM");
});

test("B4: no key, no file, no such path: each stops the plan and says where; nothing is made", () => {
  using scratch = new Scratch();
  const name = prepare(scratch);
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [[], /manifest\.yaml:5:\d+: Missing secret .*\n.*no secrets file/],
    [["--secrets", "secrets.yaml"], /SecretsKeyUnavailable: .*secrets\.yaml/],
    [["--secrets", "none.yaml", "--secrets-key", "key"], /NotFound: .*none\.yaml/],
    [["--secrets", "secrets.yaml", "--secrets-key", "none"], /NotFound: .*none/],
  ];
  for (const [args, expected] of cases) {
    const { code, output } = scratch.run("apply", [name, ...args, "--out", "serial"]);
    assert.ok(code === 1 || code === 11, output);
    assert.match(output, expected);
  }
  fs.chmodSync(join(scratch.directory, "secrets.yaml"), 0o666);
  const shared = scratch.run("plan", [name, ...USING, "--out", "serial"]);
  if (isRoot) assert.match(shared.output, /SourceUnsafe: .*secrets\.yaml.*mode 0666/);
  fs.chmodSync(join(scratch.directory, "secrets.yaml"), 0o644);
  const typo = scratch.manifest([RESOURCES[0]?.replace("db.password", "db.pasword") ?? ""]);
  const { output } = scratch.run("apply", [typo, ...USING, "--out", "serial"]);
  assert.match(output, /manifest\.yaml:5:\d+: Missing secret .*\n.*Did you mean "db\.password"\?/);
  assert.ok(!fs.existsSync(scratch.at("app.conf")));
});

test("B4: the default file lies among the manifests; validate without a key checks the names", () => {
  using scratch = new Scratch();
  prepare(scratch);
  const etc = scratch.at("etc/holdfast");
  fs.mkdirSync(etc, { recursive: true });
  for (const file of ["secrets.yaml", "manifest.yaml"]) {
    fs.copyFileSync(join(scratch.directory, file), join(etc, file));
  }
  const HOLDFAST_SECRETS_KEY = fs.readFileSync(join(scratch.directory, "key"), "utf8").trim();
  const skip = ["--skip", "exec", "--out", "serial"];
  const { code, output } = scratch.run("apply", skip, { HOLDFAST_SECRETS_KEY });
  assert.equal(code, 2, output);
  assert.equal(fs.readFileSync(scratch.at("app.conf"), "utf8"), `password=${PASSWORD}\n`);
  const checked = scratch.run("validate", ["--out", "serial"]);
  assert.equal(checked.code, 0);
  assert.match(checked.output, /only the names were checked/);
});

test("B4: a blueprint refers to secrets and never knows them", () => {
  using scratch = new Scratch();
  prepare(scratch);
  const body =
    'host.file("/app.conf", { mode: 0o600, content: text`user=${"app"} password=${secret("db.password")}\\n` });';
  const blueprint = (name: string, lines: string): string =>
    scratch.source(
      name,
      `import { blueprint, secret, text } from "holdfast";\nexport default blueprint("b", (host) => {\n${lines}\n});\n`,
    );
  const { code, output } = scratch.run("apply", [blueprint("b.ts", body), ...USING]);
  assert.equal(code, 2, output);
  assert.equal(fs.readFileSync(scratch.at("app.conf"), "utf8"), `user=app password=${PASSWORD}\n`);
  const wrong = blueprint("w.ts", body.replace("text`", "`"));
  assert.match(scratch.run("apply", [wrong, ...USING]).output, /w\.ts:3:\d+.*\n.*put the tag text/);
});

test("B4: a secret in a public place is refused: arguments, and files without a mode", () => {
  using scratch = new Scratch();
  const name = prepare(scratch, [
    "{ kind: exec, name: x, spec: { command: [x, { $secret: db.password }], creates: /x } }",
    "{ kind: file, name: /a, spec: { content: { $secret: db.password } } }",
    '{ kind: file, name: /b, spec: { content: { $secret: db.password }, mode: "0644" } }',
  ]);
  const { code, output } = scratch.run("plan", [name, ...USING, "--out", "serial"]);
  assert.equal(code, 1);
  assert.match(output, /:5:\d+: Misplaced secret.*\n.*spec\.command\[1\] .*env, stdin/);
  assert.match(output, /:6:\d+: a secret that everybody could read.*\n.*"0600"/);
  assert.match(output, /:7:\d+: a secret that everybody could read/);
});

test("B4: encrypt keeps comments and is idempotent; rekey keeps values; keygen overwrites nothing", () => {
  using scratch = new Scratch();
  const name = prepare(scratch);
  const path = join(scratch.directory, "secrets.yaml");
  const encrypted = fs.readFileSync(path, "utf8");
  assert.match(encrypted, /^# ours\ndb:\n {2}password: "ENC\[AES256:[^"]+\]" {3}# keep\n/);
  const before = fs.statSync(path).ino;
  assert.equal(scratch.run("secrets encrypt", ["secrets.yaml", "--secrets-key", "key"]).code, 0);
  assert.equal(fs.statSync(path).ino, before, "nothing was written");
  assert.match(scratch.run("secrets keygen", ["--out-file", "key"]).output, /AlreadyExists/);
  assert.equal(scratch.run("secrets keygen", ["--out-file", "new"]).code, 0);
  const rekey = ["secrets.yaml", "--secrets-key", "key", "--new-key", "new"];
  assert.equal(scratch.run("secrets rekey", rekey).code, 2);
  assert.equal(scratch.run("plan", [name, ...USING]).code, 1, "the old key is of no use any more");
  const using = ["--secrets", "secrets.yaml", "--secrets-key", "new"];
  assert.equal(scratch.run("apply", [name, ...using, "--skip", "exec"]).code, 2);
  assert.equal(fs.readFileSync(scratch.at("app.conf"), "utf8"), `password=${PASSWORD}\n`);
});

test("B4: edit shows everything in a private place and leaves nothing there, whatever the editor does", () => {
  using scratch = new Scratch();
  prepare(scratch);
  const path = join(scratch.directory, "secrets.yaml");
  const before = fs.readFileSync(path, "utf8");
  const observe = 'echo "$1" > where; stat -c %a "$1" "$(dirname "$1")" >> where; env >> where';
  const args = ["secrets.yaml", "--secrets-key", "key"];
  const edit = (script: string) =>
    scratch.run("secrets edit", args, {
      ...editor(scratch, `cd "$HOME"; ${observe}; ${script}`),
      HOLDFAST_SECRETS_KEY: "not for editors",
    });
  const cases: readonly (readonly [string, number, RegExp])[] = [
    ["exit 0", 0, /0 values encrypted/],
    ["exit 4", 1, /CommandFailed: .*ended with 4; nothing was written/],
    ['echo "x: [" >> "$1"', 1, /secrets\.yaml:\d+:\d+: Not YAML/],
    ['echo "x: ab" >> "$1"', 1, /Secret too short/],
    ['rm "$1"', 1, /ContentUnavailable: .*took its file away; nothing was written/],
    ["kill -9 $$", 1, /CommandFailed: .*SIGKILL/],
  ];
  for (const [script, code, expected] of cases) {
    const ended = edit(script);
    assert.equal(ended.code, code, ended.output);
    assert.match(ended.output, expected);
    refuseLeaks(ended.output);
    const [where = "", file, directory, ...variables] = fs
      .readFileSync(join(scratch.directory, "where"), "utf8")
      .split("\n");
    assert.deepEqual([file, directory], ["600", "700"]);
    assert.doesNotMatch(variables.join("\n"), /HOLDFAST_SECRETS_KEY/);
    assert.ok(!fs.existsSync(join(where, "..")), `${where} is left`);
    assert.equal(fs.readFileSync(path, "utf8"), before);
  }
  const refused = scratch.run("secrets edit", args);
  assert.match(refused.output, /UsageInvalid: there is no terminal/);
  const missing = scratch.run("secrets edit", args, { VISUAL: "/missing/editor --wait" });
  assert.match(missing.output, /CommandNotFound: .*\/missing\/editor/);
});

test("B4: edit that is stopped ends its editor and leaves nothing", async () => {
  using scratch = new Scratch();
  prepare(scratch);
  const { EDITOR } = editor(
    scratch,
    'echo "$1" > "$HOME/where.new"; mv "$HOME/where.new" "$HOME/where"; exec sleep 600',
  );
  const words = scratch.shell(["secrets", "edit", "secrets.yaml", "--secrets-key", "key"]);
  const child = spawn("/bin/sh", ["-c", `exec ${words}`], {
    cwd: scratch.directory,
    env: { PATH: process.env["PATH"], HOME: scratch.directory, EDITOR },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = once(child, "close");
  const mark = join(scratch.directory, "where");
  const deadline = AbortSignal.timeout(20_000);
  while (!fs.existsSync(mark)) {
    deadline.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const where = fs.readFileSync(mark, "utf8").trim();
  assert.match(fs.readFileSync(where, "utf8"), /hunter2/);
  child.kill("SIGTERM");
  assert.deepEqual(await ended, [1, null]);
  assert.ok(!fs.existsSync(join(where, "..")), `${where} is left`);
});

test("B4: a test run has no key, and says what it took for granted", () => {
  using scratch = new Scratch();
  const name = prepare(scratch, RESOURCES.slice(0, 1));
  const { code, output } = scratch.run("test", [name, "--runs", "1", "--out", "serial"]);
  assert.equal(code, 0, output);
  assert.match(output, /taken for granted: what the secrets say: db\.password/);
});
