import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { suite, test } from "node:test";
import fc from "fast-check";
import { sampleCatalog } from "../check/sample-kinds.ts";
import { type Diagnostic, formatLocation } from "../fault/diagnostic.ts";
import type { Facts } from "../facts.ts";
import type { Json } from "../json.ts";
import type { GivenParameters } from "../blueprint/parameters.ts";
import { createCatalog } from "../resource/catalog.ts";
import { readManifest } from "./read-manifest.ts";

const FACTS: Facts = {
  os: "linux",
  kernel: "6.1.0",
  arch: "x64",
  hostname: "web1",
  cpuCount: 2,
  memoryBytes: 1024,
  addresses: [],
  interfaces: [],
  disks: [],
  custom: {},
};
const hash = {
  sha256: (text: Uint8Array | string) => createHash("sha256").update(text).digest("hex"),
};
const catalog = createCatalog(
  [...sampleCatalog.values()].map((kind) => ({ ...kind, templateFields: ["from.path"] })),
);
const HEAD = "apiVersion: holdfast/v1\nkind: Manifest\nmetadata: { name: web }\n";

function read(files: Readonly<Record<string, string>>, parameters: GivenParameters = {}) {
  const texts = Object.entries(files).map(
    ([file, text]) => ({ file, text, format: file.endsWith(".json") ? "json" : "yaml" }) as const,
  );
  return readManifest(texts, { catalog, hash, facts: FACTS, parameters });
}

function words({ location, address, summary, detail }: Diagnostic): string {
  const at = location === undefined ? "" : `${formatLocation(location)} `;
  return `${at}${address}: ${summary}: ${detail}`;
}

/** What the resources of a manifest say, or what is wrong with it. */
function resourcesOf(text: string, parameters: GivenParameters = {}): Json {
  const { value, diagnostics } = read({ "m.yaml": HEAD + text }, parameters);
  if (value === undefined) return diagnostics.map(words);
  return value.resources.map(({ name, input, meta }) => ({ name, spec: input, meta: { ...meta } }));
}

/** A manifest as JSON with one resource, and vars where there are some. */
function documentOf(spec: Json, vars?: Json) {
  return JSON.stringify({
    apiVersion: "holdfast/v1",
    kind: "Manifest",
    metadata: { name: "web" },
    ...(vars === undefined ? {} : { vars }),
    resources: [{ kind: "document", name: "/a", spec }],
  });
}

const anyText = fc
  .array(
    fc.oneof(fc.string({ unit: "grapheme" }), fc.constantFrom("{{", "}}", "{{a}}", "{{ ", "#")),
  )
  .map((parts) => parts.join(""));

suite("vars of manifests", () => {
  test("a document without vars means what it says, byte for byte, whatever braces are in it", () => {
    fc.assert(
      fc.property(anyText, (content) => {
        const { value, diagnostics } = read({ "m.json": documentOf({ content }) });
        assert.deepEqual(diagnostics, []);
        assert.deepEqual(value?.resources[0]?.input, { content });
      }),
    );
  });

  test("what has no braces is the same with vars and without, down to the digest", () => {
    const spec = fc.record({
      content: fc.string().filter((text) => !text.includes("{{")),
      size: fc.integer({ min: 1 }),
    });
    fc.assert(
      fc.property(spec, (one) => {
        const plain = read({ "m.json": documentOf(one) });
        const filled = read({ "m.json": documentOf(one, { a: 1 }) });
        assert.ok(plain.value !== undefined);
        assert.equal(filled.value?.digest, plain.value.digest);
      }),
    );
  });

  test("the digest is that of the result, in YAML as in JSON", () => {
    const written = read({ "m.json": documentOf({ content: "web1:8080", size: 8080 }) });
    const spec = { content: "{{facts.hostname}}:{{vars.port}}", size: "{{ port }}" };
    const json = read({ "m.json": documentOf(spec, { port: 8080 }) });
    const yaml = resourcesOf(
      "vars: { port: 8080 }\nresources:\n- kind: document\n  name: /a\n  spec: { content: '{{facts.hostname}}:{{vars.port}}', size: '{{ port }}' }\n",
    );
    assert.ok(written.value !== undefined);
    assert.equal(json.value?.digest, written.value.digest);
    assert.deepEqual(yaml, [{ name: "/a", spec: { content: "web1:8080", size: 8080 }, meta: {} }]);
  });

  test("a value that is one name has the type of the var, also a list, a mapping or a whole spec", () => {
    const text = `vars:
  port: 8080
  yes: true
  argv: [/bin/x, -v]
  labels: { a: one }
  spec: { backup: true, content: "{{facts.os}}" }
resources:
- { kind: document, name: "/{{port}}", spec: { size: "{{port}}", backup: "{{ yes }}", labels: "{{labels}}" }, meta: { noop: "{{yes}}", tags: "{{argv}}", retry: "{{ port }}" } }
- { kind: task, name: "{{port}}", spec: { command: "{{argv}}" } }
- { kind: document, name: whole, spec: "{{spec}}" }
- { kind: document, name: texts, spec: { content: "{{{port}}}", owner: "a{{yes}}" } }
`;
    assert.deepEqual(resourcesOf(text), [
      {
        name: "/8080",
        spec: { size: 8080, backup: true, labels: { a: "one" } },
        meta: { noop: true, tags: ["/bin/x", "-v"], retry: 8080 },
      },
      { name: "8080", spec: { command: ["/bin/x", "-v"] }, meta: {} },
      { name: "whole", spec: { backup: true, content: "linux" }, meta: {} },
      { name: "texts", spec: { content: "8080", owner: "atrue" }, meta: {} },
    ]);
  });

  test("vars may hold facts and no other vars, and what is filled in is not filled again", () => {
    check("vars: { a: '{{facts.hostname}}', b: '{{facts.cpuCount}}' }", "'{{a}} {{b}}'", "web1 2");
    check(`vars: { a: '{{ "{{" }}b}}', b: no }`, "'{{a}} {{ \"{{\" }} c }}'", "{{b}} {{ c }}");
    assert.deepEqual(resourcesOf("vars: { a: 1, b: '{{a}}', c: '{{facts.distro}}' }\n"), [
      'm.yaml:4:15 m.yaml: Wrong template: vars.b: there is no "a". A var may hold facts, and no other vars.',
      "m.yaml:4:27 m.yaml: Wrong template: vars.c: this machine has no facts.distro: write {{#facts.distro}} … {{/facts.distro}} around what needs it.",
    ]);
  });

  test("a text that cannot be filled hides no other mistake of its resource, and nothing that follows from it is said", () => {
    const one = (kind: string, name: string, rest: string): string =>
      `- { kind: ${kind}, name: "${name}", ${rest} }\n`;
    const said = resourcesOf(
      `vars: {}\nresources:\n${[
        one("document", "{{item}}", "with_items: [a], spec: { content: '{{a}}', size: [] }"),
        one(
          "document",
          "{{item}}",
          "spec: { size: '{{b}}' }, meta: { dependsOn: ['document:{{c}}'], tag: x }",
        ),
        one("task", "/x", "spec: '{{d}}', meta: { dependsOn: ['document:/named', 'tsk:/x'] }"),
        one("document", "/y", "spec: { content: y }, meta: { dependsOn: ['task:/x'] }"),
      ].join("")}`,
    );
    assert.deepEqual(said, [
      'm.yaml:6:21 document:{{item}}: Wrong template: name: there is no "item". There are: vars, facts.',
      'm.yaml:6:39 resources[0].with_items: Unknown field: resources[0] has no field "with_items". There are: kind, name, spec, meta.',
      'm.yaml:6:64 document:{{item}}: Wrong template: spec.content: there is no "a". There are: vars, facts.',
      "m.yaml:6:82 document:{{item}}: Wrong type: spec.size must be a number, but is a list.",
      'm.yaml:7:21 document:{{item}}: Wrong template: name: there is no "item". There are: vars, facts.',
      'm.yaml:7:47 document:{{item}}: Wrong template: spec.size: there is no "b". There are: vars, facts.',
      'm.yaml:7:84 document:{{item}}: Wrong template: meta.dependsOn[0]: there is no "c". There are: vars, facts.',
      'm.yaml:7:103 document:{{item}}: Unknown field: meta has no field "tag". Did you mean "tags"?',
      "m.yaml:8:3 task:/x: unknown resource in dependsOn: task:/x names tsk:/x in dependsOn, which is not declared: did you mean task:/x?",
      'm.yaml:8:29 task:/x: Wrong template: spec: there is no "d". There are: vars, facts.',
    ]);
  });

  test("of a resource with many texts that cannot be filled nothing else is said", () => {
    const command = Array.from({ length: 21 }, () => "'{{a}}'").join(", ");
    const said = resourcesOf(
      `vars: {}\nresources: [{ kind: task, name: a, spec: { command: [${command}], b: 1 } }]\n`,
    );
    assert(Array.isArray(said));
    assert(said.every((one) => String(one).includes("Wrong template")));
    assert.equal(said.length, 21);
  });

  test("vars are of all documents together, and fill those that have vars", () => {
    const resource = (name: string) =>
      `resources: [{ kind: document, name: ${name}, spec: { content: "{{domain}}" } }]\n`;
    const { value } = read({
      "a.yaml": `${HEAD}vars: { domain: example.org }\n---\n${HEAD}${resource("plain")}`,
      "b.yaml": `${HEAD}vars: {}\n${resource("filled")}`,
    });
    const contents = value?.resources.map(({ name, input }) => [name, input]);
    assert.deepEqual(contents, [
      ["plain", { content: "{{domain}}" }],
      ["filled", { content: "example.org" }],
    ]);
    const twice = read({
      "a.yaml": `${HEAD}vars: { a: 1 }\n`,
      "b.yaml": `${HEAD}vars: { a: 1 }\n`,
    });
    assert.deepEqual(twice.diagnostics.map(words), [
      "b.yaml:4:9 b.yaml: Declared twice: vars.a is declared at a.yaml:4:9 and here. All documents together are one manifest: keep one of the two.",
    ]);
  });

  test("an unknown name is a mistake with file, line and column, wherever it stands", () => {
    const place = fc.constantFrom("name", "content", "label", "tag", "condition");
    fc.assert(
      fc.property(place, fc.stringMatching(/^[a-z]{1,9}$/), (where, name) => {
        fc.pre(!["domain", "vars", "facts"].includes(name));
        const at = (here: string) => (where === here ? `{{${name}}}` : "{{domain}}");
        const text = `vars: { domain: d }
resources:
- kind: document
  name: "${at("name")}"
  spec:
    content: "${at("content")}"
    labels: { a: "x ${at("label")}" }
  meta:
    tags: ["${at("tag")}"]
    condition:
    - file: "/${at("condition")}"
`;
        const line = {
          name: "7:3",
          content: "9:5",
          label: "10:15",
          tag: "12:12",
          condition: "14:7",
        }[where];
        const said = resourcesOf(text);
        assert.ok(Array.isArray(said) && said.length === 1, JSON.stringify(said));
        assert.ok(String(said[0]).startsWith(`m.yaml:${line} document:`), String(said[0]));
        assert.ok(String(said[0]).includes(`there is no "${name}"`), String(said[0]));
      }),
    );
  });

  test("what is wrong in a text of several lines is said with its line and column there", () => {
    const text = `vars: { domain: d }
resources:
- kind: document
  name: /a
  spec:
    content: |
      one
      two {{domian}}
      {{#domain}}
- kind: task
  name: t
  spec: { comand: x }
`;
    assert.deepEqual(resourcesOf(text), [
      'm.yaml:9:5 document:/a: Wrong template: spec.content: line 4, column 1: the section "domain" is not ended before this.',
      "m.yaml:15:3 task:t: Missing field: spec.command is required: a list or a text.",
      'm.yaml:15:11 task:t: Unknown field: spec has no field "comand". Did you mean "command"?',
    ]);
    assert.match(
      JSON.stringify(resourcesOf(text.replace("{{#domain}}", "{{domain"))),
      /line 3, column 1: the \{\{ is not closed/,
    );
  });

  test("a value of the wrong type says which name it comes from, and how it becomes a text", () => {
    const text = (spec: string) =>
      `vars: { port: 80, sites: [a], o: { size: x } }\nresources: [{ kind: document, name: a, spec: ${spec} }]\n`;
    assert.deepEqual(resourcesOf(text('{ content: "{{port}}", size: "{{ vars.o.size }}" }')), [
      'm.yaml:5:48 document:a: Wrong type: spec.content must be a text, but is the number 80. It is what "{{port}}" stands for. As a text write "{{{port}}}".',
      'm.yaml:5:69 document:a: Wrong type: spec.size must be a number, but is the text "x". It is what "{{ vars.o.size }}" stands for.',
    ]);
    assert.deepEqual(resourcesOf(text('{ content: "a{{sites}}" }')), [
      "m.yaml:5:48 document:a: Wrong template: spec.content: sites is a list: write {{#sites}} … {{/sites}} around what each item becomes.",
    ]);
  });

  test("vars that no template could name, or that are nothing, are mistakes, and their resources wait", () => {
    const rest = 'resources: [{ kind: document, name: a, spec: { content: "{{x}}" } }]\n';
    assert.deepEqual(resourcesOf(`vars: { a.b: 1, facts: 2, n: ~, s: { $secret: 1 } }\n${rest}`), [
      'm.yaml:4:9 m.yaml: Wrong name: vars["a.b"]: a var is named by letters, digits, _ and -, at most 64, no digit first, and neither facts nor vars.',
      "m.yaml:4:17 m.yaml: Wrong name: vars.facts: a var is named by letters, digits, _ and -, at most 64, no digit first, and neither facts nor vars.",
      "m.yaml:4:27 m.yaml: Wrong type: vars.n is empty (null). Give it a value, or leave it out.",
      'm.yaml:4:33 m.yaml: Wrong reference: vars.s names a secret by 1: a path is names joined by dots, such as "db.password".',
    ]);
    const many = resourcesOf(`vars: { n: [${"~,".repeat(5_000)}~] }\n`);
    assert.ok(Array.isArray(many) && many.length === 100, "of many the first are reported");
    assert.deepEqual(resourcesOf("vars: [1]\n"), [
      "m.yaml:4:1 m.yaml: Wrong type: vars must be a mapping, but is a list.",
    ]);
  });

  test("B4: a secret in vars stays a reference, and is refused where none may be", () => {
    const text = (resource: string) =>
      `vars: { p: { $secret: db.password }, q: { $concat: [x, { $secret: a.b }] } }\nresources: [${resource}]\n`;
    const { value } = read({
      "m.yaml": `${HEAD}${text('{ kind: document, name: a, spec: { content: "{{p}}", labels: { l: "u:{{p}} {{q}}", m: { $concat: ["{{q}}", "{{p}}"] } } } }')}`,
    });
    const [resource] = value?.resources ?? [];
    assert.deepEqual(resource?.input, {
      content: { $secret: "db.password" },
      labels: {
        l: { $concat: ["u:", { $secret: "db.password" }, " x", { $secret: "a.b" }] },
        m: { $concat: ["x", { $secret: "a.b" }, { $secret: "db.password" }] },
      },
    });
    assert.deepEqual(
      resource?.references?.map(({ field, secrets }) => [field, secrets]),
      [
        ["spec.content", ["db.password"]],
        ["spec.labels.l", ["db.password", "a.b"]],
        ["spec.labels.m", ["a.b", "db.password"]],
      ],
    );
    const refused = (resourceText: string) => JSON.stringify(resourcesOf(text(resourceText)));
    assert.match(
      refused('{ kind: document, name: "{{p}}" }'),
      /Misplaced secret: name cannot hold/,
    );
    assert.match(
      refused('{ kind: document, name: a, spec: { mode: "{{p}}" } }'),
      /Misplaced secret/,
    );
    assert.match(
      refused('{ kind: document, name: a, meta: { tags: ["{{p}}"] } }'),
      /Misplaced secret/,
    );
  });

  test("a var may have any name that a template can write", () => {
    for (const name of ["__proto__", "constructor", "toString", "a-b"]) {
      const text = `vars: { ${name}: one }\nresources: [{ kind: document, name: "{{${name}}}" }]\n`;
      assert.deepEqual(resourcesOf(text), [{ name: "one", spec: {}, meta: {} }]);
      assert.deepEqual(resourcesOf(text, Object.fromEntries([[name, "two"]])), [
        { name: "two", spec: {}, meta: {} },
      ]);
    }
  });

  test("a text that its kind renders is left to the kind", () => {
    const text =
      'vars: { x: 1 }\nresources: [{ kind: document, name: a, spec: { from: { path: "{{ own" } } }]\n';
    assert.deepEqual(resourcesOf(text), [
      { name: "a", spec: { from: { path: "{{ own" } }, meta: {} },
    ]);
  });

  test("a parameter replaces a var by its type; others are mistakes", () => {
    const text = `vars: { domain: a, port: 1, tls: false, names: [a], deep: { a: 1 }, p: { $secret: a.b } }
resources: [{ kind: document, name: "{{domain}}", spec: { size: "{{port}}", backup: "{{tls}}" }, meta: { tags: "{{names}}" } }]
`;
    const given = { domain: "b{{port}}", port: "2", tls: "true", names: "x,y" };
    assert.deepEqual(resourcesOf(text, given), [
      { name: "b{{port}}", spec: { size: 2, backup: true }, meta: { tags: ["x", "y"] } },
    ]);
    assert.deepEqual(resourcesOf(text, { prot: "1", port: "x", deep: "1", p: "hunter2" }), [
      'parameter prot: Unknown parameter: There is no parameter "prot". Did you mean "port"?',
      'parameter deep: Wrong parameter: "deep" is a mapping; a parameter is a text, a number, a truth value or a list of texts. Change it in the manifest.',
      'parameter p: Wrong parameter: "p" is a secret; a parameter is a text, a number, a truth value or a list of texts. Change it in the manifest.',
      'parameter port: Wrong parameter: "port" must be a number, but is the text "x".',
    ]);
    assert.deepEqual(resourcesOf("resources: []\n", { domain: "x" }), [
      'parameter domain: Unknown parameter: There is no parameter "domain". The manifest declares no vars: leave --param domain out.',
    ]);
    assert.match(JSON.stringify(read({ "m.yaml": "a: [" }, { domain: "x" })), /Not YAML/);
    assert.doesNotMatch(JSON.stringify(read({ "m.yaml": "a: [" }, { domain: "x" })), /parameter/);
  });

  test("small texts that stand for much end at a bound", () => {
    const big = "x".repeat(1_000_000);
    const many = Array.from(
      { length: 100 },
      (_, at) => `{ kind: document, name: d${at}, spec: { labels: { a: "{{v}}" } } }`,
    );
    const long = resourcesOf(`vars: { v: ${big} }\nresources: [${many.join()}]\n`);
    assert.ok(Array.isArray(long) && long.length === 1, `${JSON.stringify(long).length}`);
    assert.match(String(long[0]), /spec.labels.a: what is filled in is too much/);
    const wide = `vars: { v: [${"1,".repeat(50_000)}1] }\nresources: [${many.join()}]\n`;
    assert.match(JSON.stringify(resourcesOf(wide)), /what is filled in is too much/);
  });
});

function check(vars: string, content: string, expected: string): void {
  const text = `${vars}\nresources: [{ kind: document, name: a, spec: { content: ${content} } }]\n`;
  assert.deepEqual(resourcesOf(text), [{ name: "a", spec: { content: expected }, meta: {} }]);
}
