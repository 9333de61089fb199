import assert from "node:assert/strict";
import { test } from "node:test";
import { checkResources } from "../check/check-resources.ts";
import { sampleCatalog } from "../check/sample-kinds.ts";
import { formatLocation } from "../fault/diagnostic.ts";
import { readManifest } from "./read-manifest.ts";

const options = { catalog: sampleCatalog, hash: { sha256: () => "" } };
const HEAD = "apiVersion: holdfast/v1\nkind: Manifest\nmetadata: { name: web }\n";

/** Each mistake as `file:line:column address: summary: detail`. */
function check(files: Readonly<Record<string, string>>, expected: readonly string[]): void {
  const { value, diagnostics } = readManifest(
    Object.entries(files).map(([file, text]) => {
      return { file, text, format: file.endsWith(".json") ? "json" : "yaml" } as const;
    }),
    options,
  );
  const found = diagnostics.map(({ location, address, summary, detail }) => {
    return `${location === undefined ? "" : formatLocation(location)} ${address}: ${summary}: ${detail}`;
  });
  assert.deepEqual(found, expected);
  assert.equal(value, undefined);
}

/** One resource of kind `document` named `/a`, from line 5 on. */
function checkResource(fields: string, expected: readonly string[]): void {
  const indented = fields.replaceAll("\n", "\n    ");
  check(
    { "m.yaml": `${HEAD}resources:\n  - kind: document\n    name: /a\n    ${indented}\n` },
    expected,
  );
}

test("unknown fields are errors wherever they stand, with the nearest name", () => {
  checkResource(
    "spec: { mdoe: 0644 }\nmeta: { dependson: [], xyz: 1, limit: { perSecond: 1, burst: 1, brust: 1 } }\nspek: {}",
    [
      'm.yaml:7:13 document:/a: Unknown field: spec has no field "mdoe". Did you mean "mode"?',
      'm.yaml:8:13 document:/a: Unknown field: meta has no field "dependson". Did you mean "dependsOn"?',
      'm.yaml:8:28 document:/a: Unknown field: meta has no field "xyz". There are: dependsOn, notify, critical, noop, ignore, retry, limit, autoEdge, autoGroup, timeoutMs, condition, health, tags, onRemove, protect, movedFrom, mayCutControl.',
      'm.yaml:8:69 document:/a: Unknown field: meta.limit has no field "brust". Did you mean "burst"?',
      'm.yaml:9:5 resources[0].spek: Unknown field: resources[0] has no field "spek". Did you mean "spec"?',
    ],
  );
  check(
    {
      "m.yaml": "apiVersion: holdfast/v1\nkind: Manifest\nmetadata: { nmae: web }\nresource: []\n",
    },
    [
      'm.yaml:3:13 m.yaml: Unknown field: metadata has no field "nmae". Did you mean "name"?',
      'm.yaml:4:1 m.yaml: Unknown field: there is no field "resource". Did you mean "resources"?',
    ],
  );
});

test("B5: each mistake in a condition has its place and the nearest of all forms", () => {
  const wrong = (written: string, column: number, mistake: string): void =>
    checkResource(`meta:\n  condition:\n    - ${written}`, [
      `m.yaml:9:${column} document:/a: ${mistake}`,
    ]);
  wrong(
    "{ moutn: /srv }",
    13,
    'Unknown field: meta.condition[0] has no field "moutn". Did you mean "mount"?',
  );
  wrong(
    "{ any: [{ file: /a }, { not: { flie: /b } }] }",
    42,
    'Unknown field: meta.condition[0].any[1].not has no field "flie". Did you mean "file"?',
  );
  wrong(
    "{ file: /a, mount: /b }",
    11,
    "Wrong value: meta.condition[0]: a condition has exactly one of interface, tcp, mount, file, all, any or not; list several conditions one by one.",
  );
  wrong(
    "{ tcp: db }",
    13,
    'Wrong value: meta.condition[0].tcp: "db" is not host:port; write one like "db.example:5432" or "[::1]:80".',
  );
  wrong(
    "{ file: a/../b }",
    13,
    'Wrong value: meta.condition[0].file: "a/../b" is not a plain absolute path; write one like "/srv/data", without "..", and without a closing slash.',
  );
  wrong(
    "{ interface: eth0/1 }",
    13,
    'Wrong value: meta.condition[0].interface: "eth0/1" is not the name of an interface; write one like "eth0".',
  );
  wrong(
    "{ all: [] }",
    13,
    "Wrong value: meta.condition[0].all must have at least 1 entries, but is a list.",
  );
});

test("K11: each mistake in a health check has its place and the nearest of all fields", () => {
  const wrong = (written: string, column: number, mistake: string): void =>
    checkResource(`meta:\n  health:\n    - ${written}`, [
      `m.yaml:9:${column} document:/a: ${mistake}`,
    ]);
  wrong(
    "{ htpt: 'http://a/' }",
    13,
    'Unknown field: meta.health[0] has no field "htpt". Did you mean "http"?',
  );
  wrong(
    "{ tcp: 'a:1', as: lifeness }",
    25,
    'Wrong value: meta.health[0].as must be "readiness" or "liveness", but is the text "lifeness". Did you mean "liveness"?',
  );
  wrong(
    "{ tcp: 'a:1', http: 'http://a/' }",
    11,
    "Wrong value: meta.health[0]: a check has exactly one of tcp, http, command, unit or container; list several checks one by one.",
  );
  wrong(
    "{ http: 'http://me:secret@a/' }",
    13,
    'Wrong value: meta.health[0].http: is not a URL of http or https without user and password; write one like "http://127.0.0.1:8080/healthz".',
  );
  wrong(
    "{ tcp: 'a:1', periodMs: 500, timeoutMs: 501 }",
    11,
    "Wrong value: meta.health[0]: timeoutMs is longer than periodMs (10000 where it is not written); make the period longer.",
  );
  wrong(
    "{ tcp: 'a:1', periodMs: 10 }",
    25,
    "Wrong value: meta.health[0].periodMs must be at least 100, but is the number 10.",
  );
  wrong(
    "{ unit: 'ssh*' }",
    13,
    'Wrong value: meta.health[0].unit: is no name of a unit; write one like "nginx.service" or "backup@db.timer".',
  );
  wrong(
    "{ container: ../web }",
    13,
    'Wrong value: meta.health[0].container: is no name of a container; write one like "web" or its id.',
  );
  wrong(
    "{ unit: nginx.service, status: 200 }",
    11,
    "Wrong value: meta.health[0]: status is what http answers with; no other check has one.",
  );
});

test("a number where a text belongs is to be quoted as it was written, digit for digit", () => {
  const quote = (written: string, place: string): string =>
    `Wrong type: ${place} must be a text, but is the number ${written}. Put it in quotes: "${written}".`;
  checkResource("spec: { content: 3.10, labels: { A: 1.20, B: 1161888007138312193, C: 08 } }", [
    `m.yaml:7:13 document:/a: ${quote("3.10", "spec.content")}`,
    `m.yaml:7:38 document:/a: ${quote("1.20", "spec.labels.A")}`,
    `m.yaml:7:47 document:/a: ${quote("1161888007138312193", "spec.labels.B")}`,
    `m.yaml:7:71 document:/a: ${quote("08", "spec.labels.C")}`,
  ]);
  check(
    { "m.yaml": `${HEAD.replace("web", "1.10")}resources: [{ kind: document, name: 2.50 }]\n` },
    [
      `m.yaml:3:13 m.yaml: ${quote("1.10", "metadata.name")}`,
      `m.yaml:4:31 resources[0].name: ${quote("2.50", "resources[0].name")}`,
    ],
  );
});

test("what was found and what is expected", () => {
  checkResource(
    [
      "spec:",
      "  content: 8080",
      "  mode: 0999",
      "  owner: [root]",
      "  state: absnet",
      "  backup: yes",
      "  size: 0",
      "  recurse:",
      "  labels: { A: true }",
      "  from: { url: x }",
    ].join("\n"),
    [
      'm.yaml:8:7 document:/a: Wrong type: spec.content must be a text, but is the number 8080. Put it in quotes: "8080".',
      'm.yaml:9:7 document:/a: Wrong type: spec.mode must be a text, but is the number 0999. Put it in quotes: "0999".',
      "m.yaml:10:7 document:/a: Wrong type: spec.owner must be a text or a number, but is a list.",
      'm.yaml:11:7 document:/a: Wrong value: spec.state must be "present" or "absent", but is the text "absnet". Did you mean "absent"?',
      'm.yaml:12:7 document:/a: Wrong type: spec.backup must be true or false, but is the text "yes". Write true.',
      "m.yaml:13:7 document:/a: Wrong value: spec.size must be at least 1, but is the number 0.",
      "m.yaml:14:7 document:/a: Wrong type: spec.recurse must be a mapping, but is empty (null). Give it a value, or leave the field out.",
      'm.yaml:15:17 document:/a: Wrong type: spec.labels.A must be a text, but is the truth value true. Put it in quotes: "true".',
      "m.yaml:16:7 document:/a: Missing field: spec.from.sha256 is required: a text.",
    ],
  );
  checkResource("spec: { mode: '0o644', size: 010 }", [
    'm.yaml:7:13 document:/a: Wrong value: spec.mode: write octal digits, e.g. "0644".',
    'm.yaml:7:28 document:/a: Wrong type: spec.size must be a number, but is the text "010". An unquoted number that begins with 0 is kept as text; write it without the 0.',
  ]);
});

test("kinds, names and ids (G1: a duplicate names both places)", () => {
  check(
    {
      "a.yaml": `${HEAD}resources:\n  - { kind: documnet, name: /a }\n  - { kind: document, name: /b }\n`,
      "b.json": `{"apiVersion": "holdfast/v1", "kind": "Manifest",\n "resources": [\n  {"kind": "document", "name": "/b"},\n  {"kind": "frob", "name": "a\\u0007"},\n  {"kind": "task", "name": ""}, {"name": 5}, 7]}`,
    },
    [
      'a.yaml:5:7 documnet:/a: Unknown kind: There is no kind "documnet". Did you mean "document"?',
      "b.json:3:3 document:/b: Duplicate resource: document:/b is declared at a.yaml:6:5 and again at b.json:3:3. Remove one, or give one another name.",
      'b.json:4:4 frob:a\u{fffd}: Unknown kind: There is no kind "frob". There are: document, task.',
      'b.json:4:20 frob:a\u{fffd}: Wrong name: name must be a text of 1 to 4096 characters, without control characters, but is "a\\u0007".',
      'b.json:5:20 task:: Wrong name: name must be a text of 1 to 4096 characters, without control characters, but is "".',
      "b.json:5:3 task:: Missing field: spec.command is required: a list or a text.",
    ]
      .toSorted(byPlace)
      .concat([
        "b.json:5:33 resources[3].kind: Missing field: resources[3].kind is required: a text.",
        'b.json:5:34 resources[3].name: Wrong type: resources[3].name must be a text, but is the number 5. Put it in quotes: "5".',
        "b.json:5:46 resources[4]: Wrong type: resources[4] must be a mapping, but is the number 7.",
      ]),
  );
});

test("what the kind itself has to say is located by its dotted path", () => {
  check(
    {
      "m.yaml": `${HEAD}resources:\n- kind: document\n  name: /\n  spec:\n    recurse:\n      mode: 0755\n`,
    },
    ["m.yaml:9:7 document:/: Not a document: / is no document."],
  );
});

test("a guard of control is a word or a time and a check", () => {
  const written = "{ mayCutControl: { withinMs: 5, check: { tcp: here } }, onRemove: keep }";
  check({ "m.yaml": `${HEAD}resources:\n- kind: document\n  name: /a\n  meta: ${written}\n` }, [
    "m.yaml:7:28 document:/a: Wrong value: meta.mayCutControl.withinMs must be at least 1000, but is the number 5.",
    'm.yaml:7:50 document:/a: Wrong value: meta.mayCutControl.check.tcp: "here" is not host:port; write one like "127.0.0.1:5432" or "[::1]:80".',
    'm.yaml:7:65 document:/a: Wrong value: meta.onRemove must be "delete" or "orphan", but is the text "keep".',
  ]);
});

test("G1: one reading shows fields, duplicates, unknown targets and circles together", () => {
  const resource = (name: string, fields: string) =>
    `  - { kind: document, name: ${name}, ${fields} }\n`;
  const text = [
    resource("/a", "spec: { mdoe: 1 }, meta: { dependsOn: ['document:/b'] }"),
    resource("/b", "meta: { dependsOn: ['document:/a', 'document:/itself'] }"),
    resource("/b", "meta: { dependsOn: ['document:/bee'] }"),
    resource("/itself", "spec: { size: 0 }, meta: { dependsOn: ['document:/itself'] }"),
    "  - { kind: docment, name: /typo }\n",
    resource("/c", "meta: { dependsOn: ['document:/typo'], notify: ['document:/a'] }"),
  ].join("");
  check({ "m.yaml": `${HEAD}resources:\n${text}` }, [
    'm.yaml:5:5 document:/a: resources depend on each other in a circle: document:/a → document:/b → document:/a: remove one of these edges (an arrow reads "comes after")',
    'm.yaml:5:41 document:/a: Unknown field: spec has no field "mdoe". Did you mean "mode"?',
    "m.yaml:7:5 document:/b: Duplicate resource: document:/b is declared at m.yaml:6:5 and again at m.yaml:7:5. Remove one, or give one another name.",
    "m.yaml:7:5 document:/b: unknown resource in dependsOn: document:/b names document:/bee in dependsOn, which is not declared: did you mean document:/b?",
    "m.yaml:8:5 document:/itself: a resource depends on itself: document:/itself names itself in dependsOn: remove that entry",
    "m.yaml:8:46 document:/itself: Wrong value: spec.size must be at least 1, but is the number 0.",
    'm.yaml:9:7 docment:/typo: Unknown kind: There is no kind "docment". Did you mean "document"?',
  ]);
});

test("what a file that cannot be read declares is not missed by the others", () => {
  const text = `${HEAD}resources: [{ kind: document, name: /a, spec: { x: 1 }, meta: { dependsOn: ['document:/b'] } }]\n`;
  check({ "m.yaml": text, "z.yaml": "resources: [" }, [
    'm.yaml:4:49 document:/a: Unknown field: spec has no field "x". There are: content, mode, owner, state, backup, size, recurse, labels, from.',
    "z.yaml:1:13 z.yaml: Not YAML: unexpected end of the stream within a flow collection.",
  ]);
});

test("references have the form kind:name", () => {
  checkResource("meta: { dependsOn: [nginx, 'document:/b'], notify: 'task:x' }", [
    "m.yaml:5:5 document:/a: unknown resource in dependsOn: document:/a names document:/b in dependsOn, which is not declared: did you mean document:/a?",
    'm.yaml:7:25 document:/a: Wrong value: meta.dependsOn[0]: "nginx" is not an id; write kind:name, for example "package:nginx".',
    'm.yaml:7:48 document:/a: Wrong type: meta.notify must be a list, but is the text "task:x".',
  ]);
});

test("documents of one manifest must not contradict each other, and one must give a name", () => {
  check({ "a.yaml": HEAD, "b.yaml": HEAD.replace("web", "app, generation: 0") }, [
    'b.yaml:3:13 b.yaml: Contradiction: metadata.name is "app" here and "web" at a.yaml:3:13. All documents together are one manifest.',
    "b.yaml:3:24 b.yaml: Wrong value: metadata.generation must be at least 1, but is the number 0.",
  ]);
  check({ "a.yaml": `${HEAD}prune: true\n`, "b.yaml": `${HEAD}prune: false\n` }, [
    "b.yaml:4:1 b.yaml: Contradiction: prune is false here and true at a.yaml:4:1. All documents together are one manifest.",
  ]);
  check({ "a.yaml": "apiVersion: holdfast/v1\nkind: Manifest\n" }, [
    "a.yaml:1:1 a.yaml: Missing field: metadata.name is required: a text that names the manifest.",
  ]);
  check(
    { "a.yaml": "apiVersion: holdfast/v2\nkind: Manifset\nmetadata: { name: a }\nresources: 5\n" },
    [
      'a.yaml:1:1 a.yaml: Wrong value: apiVersion must be "holdfast/v1", but is the text "holdfast/v2". Did you mean "holdfast/v1"?',
      'a.yaml:2:1 a.yaml: Wrong value: kind must be "Manifest", but is the text "Manifset". Did you mean "Manifest"?',
      "a.yaml:4:1 resources: Wrong type: resources must be a list, but is the number 5.",
    ],
  );
  check({ "a.yaml": "- 1\n" }, [
    "a.yaml:1:1 a.yaml: Wrong type: the manifest must be a mapping, but is a list.",
  ]);
  check({ "a.yaml": "# nothing\n", "b.yaml": "---\n---\n", "c.json": "" }, [
    "a.yaml a.yaml: Empty file: The file holds no manifest. It may have been cut off; delete it if it is meant to be empty.",
    "b.yaml b.yaml: Empty file: The file holds no manifest. It may have been cut off; delete it if it is meant to be empty.",
    "c.json:1:1 c.json: Not JSON: Unexpected end of JSON input.",
  ]);
});

test("texts that are not YAML or not JSON", () => {
  const checkJson = (text: string, place: string, reason: string) =>
    check({ "m.json": text }, [`m.json:${place} m.json: Not JSON: ${reason}.`]);
  checkJson('{\n  "a": [1, 2,]\n}', "2:14", "Unexpected ']'");
  checkJson('{\n  "a": 1,\n}', "3:1", "Expected double-quoted property name");
  checkJson("{\n  // note\n}", "2:3", "Expected property name or '}'");
  checkJson('{\n  "a": nope,\n "b": "x", "c": 1}', "2:9", "Unexpected 'o'");
  checkJson('{"a": 1', "1:8", "Expected ',' or '}' after property value");
  checkJson('{"a": "tab\t"}', "1:11", "Bad control character in string literal");
  checkJson("{}\n{}", "2:1", "Unexpected non-whitespace character after JSON");
  const checkYaml = (text: string, place: string, reason: string) =>
    check({ "m.yaml": text }, [`m.yaml:${place} m.yaml: Not YAML: ${reason}.`]);
  checkYaml("a: 1\n b: 2\n", "2:3", "bad indentation of a mapping entry");
  const inQuotes = (braces: string): string =>
    `braces at the begin of a value are a mapping to YAML: put the value in quotes, as in "${braces}"`;
  checkYaml("a: 1\nb:\n  - c: {{port}}\n", "3:8", inQuotes("{{port}}"));
  checkYaml("a: { b: {{ port }}, c: 1 }\n", "1:9", inQuotes("{{ port }}"));
  checkYaml("a: 1\nb: {{ dir }}/x-{{n}}.conf # all\n", "2:4", inQuotes("{{ dir }}/x-{{n}}.conf"));
  checkYaml("- c: {{dir}}/x\n  d: 1\n", "1:6", inQuotes("{{dir}}/x"));
  checkYaml("a:\n  - {{dir}} x\n", "2:5", inQuotes("{{dir}} x"));
  checkYaml("a: { b: {{dir}}/x, c: 1 }\n", "1:9", inQuotes("{{dir}}/x"));
  checkYaml("? [a, b]\n: c\n", "1:3", "a mapping or a list cannot be the name of a field");
  checkYaml("a: [1, 2\n", "2:1", "deficient indentation");
  checkYaml("a: !Danger x\n", "1:4", "unknown scalar tag !<!Danger>");
  checkYaml("a: *nope\n", "1:5", 'unidentified alias "nope"');
});

test("duplicate fields are errors in YAML and JSON, and the rest is still checked", () => {
  check(
    {
      "m.yaml": `${HEAD}resources:\n- kind: document\n  name: /a\n  spec: { mode: 0644, mode: 0600 }\n  name: /b\n  meta: { noop: 1 }\n`,
    },
    [
      'm.yaml:7:23 m.yaml: Duplicate field: "mode" was written before, at 7:11. Keep one of the two.',
      'm.yaml:8:3 m.yaml: Duplicate field: "name" was written before, at 6:3. Keep one of the two.',
      "m.yaml:9:11 document:/b: Wrong type: meta.noop must be true or false, but is the number 1.",
    ],
  );
  check(
    {
      "m.json":
        '{"apiVersion": "holdfast/v1", "kind": "Manifest", "metadata": {"name": "a:b\\"", "name": "w"},\n"resources": []}',
    },
    [
      'm.json:1:81 m.json: Duplicate field: "name" was written before, at 1:64. Keep one of the two.',
    ],
  );
});

test("aliases are bounded in number and in what they stand for; merge keys are not YAML 1.2", () => {
  const laughs = Array.from(
    { length: 9 },
    (_, level) => `a${level + 1}: &a${level + 1} [${Array(9).fill(`*a${level}`).join(", ")}]`,
  );
  check({ "m.yaml": `a0: &a0 x\n${laughs.join("\n")}\n` }, [
    "m.yaml m.yaml: Not YAML: the aliases stand for too much: at most 1000000 values, none in itself.",
  ]);
  check({ "m.yaml": "a: &a [*a]\n" }, [
    "m.yaml m.yaml: Not YAML: the aliases stand for too much: at most 1000000 values, none in itself.",
  ]);
  checkResource("spec: { <<: { mode: 0644 } }", [
    'm.yaml:7:13 document:/a: Unknown field: spec has no field "<<". YAML 1.2 has no merge keys; write the fields out.',
  ]);
});

test("half a surrogate pair, which has no UTF-8, is refused wherever it stands", () => {
  const document = { apiVersion: "holdfast/v1", kind: "Manifest", metadata: { name: "\ud800" } };
  const resources = [
    { kind: "document", name: "/a", spec: { content: "\udfff" }, meta: { tags: ["\ud800"] } },
  ];
  const found = [
    "m.json:1:59 m.json: Wrong value: metadata.name: write a text of 1 to 4096 characters, without control characters.",
    "m.json:1:128 document:/a: Broken text: spec.content holds half of a surrogate pair (\\ud800 to \\udfff), which is no character.",
    "m.json:1:164 document:/a: Broken text: meta.tags[0] holds half of a surrogate pair (\\ud800 to \\udfff), which is no character.",
  ];
  check({ "m.json": JSON.stringify({ ...document, resources }) }, found);
});

test("a text without known places names its file, and other files keep their order", () => {
  // JSON may be one level deeper than YAML, by which places are found.
  const deep = `${"[".repeat(99)}${"]".repeat(99)}`;
  const unplaced = `{ "apiVersion": "holdfast/v1", "kind": "Manifset", "prune": 1, "x": ${deep} }`;
  check({ "a.yaml": "- 1\n", "b.json": unplaced, "c.yaml": "- 1\n" }, [
    "a.yaml:1:1 a.yaml: Wrong type: the manifest must be a mapping, but is a list.",
    'b.json b.json: Wrong value: kind must be "Manifest", but is the text "Manifset". Did you mean "Manifest"?',
    "b.json b.json: Wrong type: prune must be true or false, but is the number 1.",
    'b.json b.json: Unknown field: there is no field "x". There are: apiVersion, kind, metadata, prune, vars, resources, $schema.',
    "c.yaml:1:1 c.yaml: Wrong type: the manifest must be a mapping, but is a list.",
  ]);
});

test("a spec or meta that is no mapping, and a document that is a single value", () => {
  checkResource("spec: [mode, 0644]\nmeta: noop", [
    "m.yaml:7:5 resources[0].spec: Wrong type: resources[0].spec must be a mapping, but is a list.",
    'm.yaml:8:5 resources[0].meta: Wrong type: resources[0].meta must be a mapping, but is the text "noop".',
  ]);
  check({ "m.json": "5" }, [
    "m.json:1:1 m.json: Wrong type: the manifest must be a mapping, but is the number 5.",
  ]);
});

test("a field whose name is half a surrogate pair is refused", () => {
  const labels = '{"\\ud800": "x"}';
  const resource = `{"kind": "document", "name": "/a", "spec": {"labels": ${labels}}}`;
  const text = `{"apiVersion": "holdfast/v1", "kind": "Manifest", "metadata": {"name": "w"},\n"resources": [\n${resource}]}`;
  check({ "m.json": text }, [
    "m.json:3:45 document:/a: Broken text: spec.labels holds half of a surrogate pair (\\ud800 to \\udfff), which is no character.",
  ]);
});

test("a whole number that reading rounds is refused where it stands; a fraction, and 2^53 - 1, are not", () => {
  const wrong = (path: string) =>
    `Number too large: ${path} is a whole number beyond 2^53, which cannot be kept exactly. Write it as a text, in quotes.`;
  // Where no number belongs, the letters that were written are to be quoted.
  checkResource("spec: { labels: { id: 1161888007138312193 }, mode: 0644 }", [
    'm.yaml:7:23 document:/a: Wrong type: spec.labels.id must be a text, but is the number 1161888007138312193. Put it in quotes: "1161888007138312193".',
  ]);
  // Of a blueprint nobody knows them.
  const id = Number("1161888007138312193");
  const declared = { kind: "document", name: "/a", meta: {}, locate: () => undefined };
  const recorded = checkResources([{ ...declared, spec: { labels: { id } } }], options.catalog);
  assert.deepEqual(
    recorded.diagnostics.map(({ summary, detail }) => `${summary}: ${detail}`),
    [wrong("spec.labels.id")],
  );
  const spec = '{"labels": {"a": 9007199254740991, "b": 0.1, "c": [-9007199254740993]}}';
  const resource = `{"kind": "document", "name": "/a", "spec": ${spec}}`;
  const text = `{"apiVersion": "holdfast/v1", "kind": "Manifest", "metadata": {"name": "w"},\n"resources": [\n${resource}]}`;
  const { diagnostics } = readManifest([{ file: "m.json", text, format: "json" }], options);
  const found = diagnostics.map(({ summary, detail }) => `${summary}: ${detail}`);
  assert.ok(found.includes(wrong("spec.labels.c[0]")), found.join("\n"));
  assert.equal(found.filter((each) => each.startsWith("Number too large")).length, 1);
});

test("more aliases than anybody writes are refused before they are replaced", () => {
  const many = `a: &a x\nb: [${Array(10_001).fill("*a").join(", ")}]\n`;
  const { value, diagnostics } = readManifest(
    [{ file: "m.yaml", text: many, format: "yaml" }],
    options,
  );
  assert.equal(value, undefined);
  assert.deepEqual(
    diagnostics.map(({ summary, location }) => [summary, location?.file]),
    [["Not YAML", "m.yaml"]],
  );
});

function byPlace(left: string, right: string): number {
  const place = (line: string) =>
    line
      .match(/^(\w)\.\w+:(\d+):(\d+)/)
      ?.slice(1)
      .map((part) => part.padStart(4, "0"))
      .join() ?? "";
  return place(left) < place(right) ? -1 : 1;
}
