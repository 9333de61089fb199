import assert from "node:assert/strict";
import * as fs from "node:fs";
import { test } from "node:test";
import { Scratch, Serving } from "./command.ts";

const EXAMPLE = fs.readFileSync(new URL("../../examples/website.yaml", import.meta.url), "utf8");
const SECRET = "hunter2-hunter2";
const USING = ["--secrets", "secrets.yaml", "--secrets-key", "key"];

/** A fresh machine with the directories that every machine has. */
function site(): { readonly scratch: Scratch; readonly name: string } {
  const scratch = new Scratch();
  for (const directory of ["etc", "srv"]) fs.mkdirSync(scratch.at(directory));
  fs.writeFileSync(scratch.at("etc/hostname"), "web1\n");
  return { scratch, name: scratch.source("website.yaml", EXAMPLE) };
}

test("the example with vars and a template is applied, is then in sync, and is repaired", () => {
  const { scratch, name } = site();
  using _ = scratch;
  const first = scratch.run("apply", [name, "--out", "serial"]);
  assert.equal(first.code, 2, first.output);
  const read = (path: string): string => fs.readFileSync(scratch.at(path), "utf8");
  assert.deepEqual(JSON.parse(read("etc/website/settings.json")), { listen: { port: 8080 } });
  assert.equal(
    read("etc/website/example.org.conf"),
    "# Kept by Holdfast on web1 (linux).\nname example.org:8080\nmail webmaster@web1\nlog_format '{{ .Request }}'\n",
  );
  assert.equal(
    read("srv/example.org/pages.txt"),
    "example.org\n- https://example.org:8080/news.html  News\n- https://example.org:8080/contact.html  Q & A, and whom to ask\n",
  );
  assert.equal(scratch.run("plan", [name]).code, 0, "nothing is left to do");
  fs.appendFileSync(scratch.at("srv/example.org/pages.txt"), "more\n");
  const plan = scratch.run("plan", [name, "--out", "serial"]);
  assert.match(plan.output, /^ +-more$/m, "a rendered text is shown line by line");
  const given = ["--param", "port=9090", "--param", "domain=example.net"];
  const other = scratch.run("plan", [name, ...given, "--out", "serial"]);
  assert.match(other.output, /file:\/srv\/example\.net\/pages\.txt/);
  assert.match(other.output, /9090/);
});

test("a mistake in vars is said by validate with its place, and a plan writes nothing", () => {
  const { scratch } = site();
  using _ = scratch;
  const name = scratch.source(
    "wrong.yaml",
    EXAMPLE.replace("name {{domain}}:", "name {{domian}}:"),
  );
  const { code, output } = scratch.run("validate", [name, "--out", "serial"]);
  assert.equal(code, 1, output);
  assert.match(
    output,
    /wrong\.yaml:29:7: Wrong template \(file:\/etc\/website\/\{\{domain\}\}\.conf\)\n.*spec\.content: line 2, column 6: there is no "domian"\. Did you mean "domain"\?/,
  );
  const given = scratch.run("validate", ["website.yaml", "--param", "prot=1", "--out", "serial"]);
  assert.match(given.output, /There is no parameter "prot"\. Did you mean "port"\?/);
});

test("B4: a secret in vars reaches what a template makes, and no output or record", () => {
  const { scratch } = site();
  using _ = scratch;
  scratch.source("secrets.yaml", `db: { password: ${SECRET} }\n`);
  scratch.run("secrets keygen", ["--out-file", "key"]);
  scratch.run("secrets encrypt", ["secrets.yaml", "--secrets-key", "key"]);
  const head = "apiVersion: holdfast/v1\nkind: Manifest\nmetadata: { name: secret }\n";
  fs.writeFileSync(scratch.at("etc/app.template"), "{{#p}}{{p}}{{/p}} on {{facts.hostname}}\n");
  const files = [
    '{ kind: file, name: /etc/a, spec: { mode: "0600", content: "a {{p}}\\n" } }',
    '{ kind: file, name: /etc/b, spec: { mode: "0600", template: { text: "b {{p}} {{facts.os}}\\n", vars: "{{vars}}" } } }',
    '{ kind: file, name: /etc/c, spec: { mode: "0600", template: { path: /etc/app.template, vars: { p: "{{p}}" } } } }',
  ].map((file) => `  - ${file}\n`);
  const vars = "vars: { p: { $secret: db.password } }\n";
  const name = scratch.source("secret.yaml", `${head}${vars}resources:\n${files.join("")}`);
  const said = ["plan", "apply"].map((command) => {
    const { output } = scratch.run(command, [name, ...USING, "--out", "json"]);
    return output;
  });
  for (const path of ["etc/a", "etc/b", "etc/c"]) {
    assert.ok(
      fs.readFileSync(scratch.at(path), "utf8").includes(SECRET),
      `${path}: ${said.join("\n")}`,
    );
    fs.writeFileSync(scratch.at(path), `an old ${SECRET}-old\n`);
  }
  for (const command of ["plan", "apply"]) {
    const { output } = scratch.run(command, [name, ...USING, "--verbose", "--out", "serial"]);
    assert.match(output, /‹secret›/);
    said.push(output);
  }
  const entries = fs.readdirSync(scratch.box, { recursive: true, withFileTypes: true });
  const kept = entries
    .filter((entry) => entry.isFile() && !["a", "b", "c"].includes(entry.name))
    .map(({ parentPath, name: file }) => fs.readFileSync(`${parentPath}/${file}`, "utf8"));
  for (const text of [...said, ...kept]) assert.ok(!text.includes("hunter2"), text);
});

test("K2: a changed template on the host is noticed while serving, and a wrong one leaves the file", async () => {
  const { scratch } = site();
  using _ = scratch;
  fs.writeFileSync(scratch.at("etc/motd.template"), "one {{facts.hostname}}\n");
  const name = scratch.manifest([
    "{ kind: file, name: /etc/motd, spec: { template: { path: /etc/motd.template } } }",
  ]);
  await using serving = new Serving(scratch, [name]);
  await serving.event({ type: "watching" });
  const motd = (): string => fs.readFileSync(scratch.at("etc/motd"), "utf8");
  assert.equal(motd(), "one web1\n");
  fs.writeFileSync(scratch.at("etc/motd.template"), "{{ nothing }}\n");
  await serving.event({ type: "result", status: "unknown" });
  assert.equal(motd(), "one web1\n");
  const since = serving.events.length;
  fs.writeFileSync(scratch.at("etc/motd.template"), "two {{facts.hostname}}\n");
  await serving.event({ type: "result", status: "changed" }, since);
  assert.equal(motd(), "two web1\n");
});

test("B6: custom facts fill manifests, lie beside the source, and one that others can write stops everything", () => {
  using scratch = new Scratch();
  const facts = scratch.at("etc/holdfast/facts.d");
  fs.mkdirSync(facts, { recursive: true, mode: 0o755 });
  fs.writeFileSync(`${facts}/role.yaml`, "name: web\n", { mode: 0o644 });
  const manifest = (name: string): void =>
    fs.writeFileSync(
      scratch.at("etc/holdfast/web.yaml"),
      `apiVersion: holdfast/v1\nkind: Manifest\nmetadata: { name: t }\nvars: {}\nresources:\n  - { kind: file, name: /a, spec: { content: "{{facts.custom.role.${name}}}" } }\n`,
    );
  manifest("name");
  assert.match(scratch.run("facts").stdout, /^custom\.role: .*web/m);
  assert.match(scratch.run("plan", ["--out", "serial"]).stdout, /content: web\n/);
  manifest("nam");
  assert.match(scratch.run("plan").output, /did you mean "?name/i);
  fs.chmodSync(`${facts}/role.yaml`, 0o666);
  for (const command of ["plan", "facts"]) {
    const { code, output } = scratch.run(command, ["--out", "serial"]);
    assert.equal(code, 1);
    assert.match(output, /role\.yaml: Not safe[^]*chmod go-w[^]*InputInvalid/);
  }
});
