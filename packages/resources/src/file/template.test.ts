import assert from "node:assert/strict";
import { suite, test } from "node:test";
import {
  type AnyKind,
  checkResources,
  Fault,
  type Facts,
  type HostReader,
  type Json,
  type ReadContext,
  REDACTED,
  recordBlueprint,
  type Resource,
  resolveSpec,
  silentLog,
  tellableChanges,
} from "@holdfast/core";
import { blueprintFor, secret } from "@holdfast/core/blueprint";
import { checkSimulated, simulatedRig, simulatedSecrets, type Start } from "@holdfast/testing";
import { createStandardCatalog } from "../standard-kinds.ts";
import { fileKind } from "./kind.ts";
import type { FileSnapshot } from "./observe.ts";
import { bindFile, type FileInput, type FileSpec } from "./spec.ts";
import { watchedPathsOfFile } from "./watch.ts";

const catalog = createStandardCatalog();
const FACTS: Facts = {
  os: "linux",
  kernel: "6",
  arch: "x64",
  hostname: "h",
  cpuCount: 1,
  memoryBytes: 1,
  addresses: [],
  interfaces: [],
  disks: [],
  custom: {},
};

const file = (input: FileInput) => ({ kind: fileKind, name: "/etc/motd", input });
const etc: Start = ({ kernel }) => kernel.tamper.makeDirectory("/etc");
const motd =
  (content: string): Start =>
  (host) => {
    etc(host);
    host.kernel.tamper.write("/etc/motd", content);
  };
const template =
  (text: string | Uint8Array): Start =>
  (host) => {
    motd("old\n")(host);
    host.kernel.tamper.write("/etc/motd.template", text);
  };

const check = (spec: Json) =>
  checkResources(
    [{ kind: "file", name: "/etc/motd", spec, meta: {}, locate: () => undefined }],
    catalog,
  );

/** What is wrong with a file's spec, as a person reads it. */
function mistakesIn(spec: Json): readonly string[] {
  return check(spec).diagnostics.map(({ summary, detail }) => `${summary}: ${detail}`);
}

function declared(spec: Json): Resource {
  return check(spec).value?.[0] ?? assert.fail(mistakesIn(spec).join());
}

function bound(input: FileInput): FileSpec {
  return bindFile("/etc/motd", input, (...mistake) => assert.fail(mistake.join()));
}

function reading(host: HostReader): ReadContext<FileSnapshot> {
  return { host, signal: new AbortController().signal, log: silentLog };
}

async function contentOf(input: FileInput, start: Start, changed: readonly string[] = ["content"]) {
  const host = await checkSimulated(file(input), start, changed);
  return host.kernel.inspect.text("/etc/motd");
}

suite("file made by a template", () => {
  test("K1: a text, a text with facts and a template on the host are rendered and kept", async () => {
    const vars = { name: "one", port: 8080, tls: false, sites: ["a", "b"] };
    const text = "{{name}}:{{port}}{{#tls}} tls{{/tls}}\n{{#sites}}\n- {{.}}\n{{/sites}}\n";
    const made = "one:8080\n- a\n- b\n";
    assert.equal(await contentOf({ template: { text, vars } }, motd("old\n")), made);
    assert.equal(await contentOf({ template: { text, vars } }, motd(made), []), made);
    assert.equal(
      await contentOf({ template: { path: "/etc/motd.template", vars } }, template(text)),
      made,
    );
    const withFact = { template: { text: `${text}{{facts.hostname}} {{& facts.os}}`, vars } };
    assert.equal(await contentOf(withFact, etc, ["state", "content"]), `${made}simulated linux`);
    assert.equal(
      await contentOf(withFact, motd(`${made}simulated linux`), []),
      `${made}simulated linux`,
    );
  });

  test("K1: nothing is escaped, and a long result is compared exactly", async () => {
    const vars = { a: `<&>"'\`=/`, long: "x".repeat(400_000) };
    const text = "{{a}} {{{a}}} {{&a}}\n{{long}}{{long}}{{long}}{{facts.os}}\n";
    const made = `${vars.a} ${vars.a} ${vars.a}\n`;
    const tooLong = mistakesIn({ template: { text, vars } });
    assert.match(tooLong[0] ?? "", /what is rendered is too much/);
    const shorter = { template: { text: "{{a}} {{{a}}} {{&a}}\n{{long}}{{facts.os}}\n", vars } };
    const whole = `${made}${vars.long}linux\n`;
    assert.equal(await contentOf(shorter, motd(whole), []), whole);
    assert.equal(await contentOf(shorter, motd(whole.replace("linux", "minux"))), whole);
  });

  test("the change of a rendered file is shown as text", async () => {
    const { host } = simulatedRig(motd("old\n"));
    const spec = bound({ template: { text: "{{facts.os}}\n" } });
    const observation = await fileKind.observe(spec, reading(host));
    assert.ok(observation.type === "present");
    assert.deepEqual(fileKind.diff(spec, observation.value), [
      { path: "content", from: "old\n", to: "linux\n", action: "replace" },
    ]);
    assert.equal(fileKind.diff(spec, undefined)[1]?.to, "rendered from its template");
  });

  test("a mistake is said with its place: in the spec when it is read, on the host when it is observed", async () => {
    const vars = { domain: "example.org" };
    assert.deepEqual(mistakesIn({ template: { text: "a\n  {{domian}}", vars } }), [
      'wrong template: line 2, column 3: there is no "domian". Did you mean "domain"?',
    ]);
    const from = { template: { path: "/etc/motd.template", vars } };
    const wrong = template("{{#domain}}\n{{facts.distroo}}{{/domain}}{{nothing}}");
    const faultOf = async (start: Start): Promise<Fault> => {
      const { host } = simulatedRig(start);
      const observing = async () => fileKind.observe(bound(from), reading(host));
      return await observing().then(
        () => assert.fail("it was observed"),
        (error: unknown) => (error instanceof Fault ? error : assert.fail(String(error))),
      );
    };
    const { reason, message } = await faultOf(wrong);
    const expected =
      'the template /etc/motd.template of /etc/motd is wrong: line 2, column 1: there is no fact "distroo". Did you mean "distro"? (and 1 more)';
    assert.deepEqual({ reason, message }, { reason: "TemplateInvalid", message: expected });
    const missing = await faultOf(motd("old"));
    assert.match(missing.message, /from \/etc\/motd\.template: it does not exist/);
    assert.equal(missing.reason, "ContentUnavailable");
    assert.match(
      (await faultOf(template(Uint8Array.of(0xff)))).message,
      /: it is not UTF-8: byte 0xff at offset 0, in line 1/,
    );
    const huge = await faultOf(template("x".repeat(800_000)));
    assert.match(huge.message, /: it has 800000 bytes; at most 786432 are read/);
  });

  test("a spec says one source of content, one of the template, and vars that a template can name", () => {
    const refuse = (spec: Json, expected: RegExp) =>
      assert.match(mistakesIn(spec).join("\n"), expected);
    refuse({ template: {} }, /No template: .*text or a path/i);
    refuse({ template: { text: "", path: "/a" } }, /two sources of a template/i);
    refuse({ content: "", template: { text: "" } }, /content and template exclude each other/);
    refuse({ template: { path: "a" } }, /not an absolute path/i);
    refuse({ template: { text: "", vars: { "a.b": 1 } } }, /a var is named by letters/);
    refuse({ template: { text: "", vars: { facts: 1 } } }, /neither facts nor vars/);
    refuse(
      { template: { text: "", vars: { a: { b: [null] } } } },
      /template.vars.a.b\[0\] is empty/,
    );
  });

  test("K2: the template on the host is watched, and declared before what is made of it", () => {
    const spec = bound({ template: { path: "/srv/t", vars: {} } });
    assert.ok(watchedPathsOfFile(spec).includes("/srv/t"));
    assert.ok(fileKind.needs?.(spec).includes("path:/srv/t"));
    assert.deepEqual(fileKind.owns?.(spec), [{ thing: "path:/etc/motd", isWhole: true }]);
  });

  test("a blueprint declares one with vars of any plain data, and numbers stay numbers", () => {
    const blueprint = blueprintFor<{ readonly file: typeof fileKind }>();
    const vars = { port: 80, tls: true, sites: [{ mode: 5 }], deep: { password: secret("a.b") } };
    const site = blueprint("site", (host) => {
      host.file("/etc/motd", { mode: 0o600, template: { text: "{{deep.password}}", vars } });
    });
    const { declared: recorded, diagnostics } = recordBlueprint(site, {
      facts: FACTS,
      parameters: {},
      kinds: [{ kind: "file", platforms: ["linux"] }],
      hash: { sha256: () => "" },
      locate: () => undefined,
    });
    assert.deepEqual(diagnostics, []);
    const written = { ...vars, deep: { password: { $secret: "a.b" } } };
    const spec = { mode: "0600", template: { text: "{{deep.password}}", vars: written } };
    assert.deepEqual(recorded[0]?.spec, spec);
    assert.deepEqual(mistakesIn(spec), []);
  });

  test("B4: a secret in vars wants a private mode, is filled in for the work, and is in no change", async () => {
    const vars = { password: { $secret: "db.password" } };
    const input = { template: { text: "p={{password}} {{facts.os}}\n", vars } };
    assert.match(mistakesIn(input).join("\n"), /a secret that everybody could read/i);
    assert.match(mistakesIn({ ...input, mode: "0644" }).join("\n"), /everybody could read/i);
    const resource = declared({ ...input, mode: "0600" });
    assert.ok(!JSON.stringify(resource).includes("hunter2"));
    const secrets = simulatedSecrets({ "db.password": "hunter2-hunter2" });
    const spec = resolveSpec(resource, catalog.get("file") as AnyKind, secrets) as FileSpec;
    const { host } = simulatedRig(motd("p=old-secret linux\n"));
    const observation = await fileKind.observe(spec, reading(host));
    assert.ok(observation.type === "present");
    const exact = fileKind.diff(spec, observation.value);
    assert.equal(exact[0]?.to, "p=hunter2-hunter2 linux\n");
    for (const changes of [exact, fileKind.diff(spec, undefined)]) {
      const shown = JSON.stringify(tellableChanges(changes, resource));
      assert.ok(shown.includes(REDACTED) && !/hunter2|old-secret/.test(shown), shown);
    }
    const mistaken = mistakesIn({ template: { text: "{{password.x}}", vars }, mode: "0600" });
    assert.match(mistaken.join(), /password has no "x"/);
  });
});
