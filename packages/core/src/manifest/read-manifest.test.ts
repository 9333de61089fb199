import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { dump } from "js-yaml";
import { sampleCatalog } from "../check/sample-kinds.ts";
import { formatLocation } from "../fault/diagnostic.ts";
import type { Hash } from "../ports/hash.ts";
import type { Manifest } from "./manifest.ts";
import type { ManifestFile } from "./parse-file.ts";
import { readManifest } from "./read-manifest.ts";

const hash: Hash = { sha256: (data) => createHash("sha256").update(data).digest("hex") };
const options = { catalog: sampleCatalog, hash };
const HEAD = "apiVersion: holdfast/v1\nkind: Manifest\nmetadata: { name: web }\n";

const text = fc.string({ unit: "grapheme" }).map((value) => value.replaceAll("\u{feff}", ""));
const name = fc.stringMatching(/^\/[a-z]{1,8}(\/[a-z]{1,8}){0,2}$/);
const mode = fc.stringMatching(/^0[0-7]{3}$/);
const document = fc.record(
  {
    content: text,
    mode,
    owner: fc.oneof(fc.integer({ min: 0 }), fc.stringMatching(/^[a-z]{1,8}$/)),
    state: fc.constantFrom("present", "absent"),
    backup: fc.boolean(),
    recurse: fc.record({ mode }, { noNullPrototype: true }),
    labels: fc.dictionary(fc.stringMatching(/^[A-Z_]{1,8}$/), text, { noNullPrototype: true }),
  },
  { noNullPrototype: true, requiredKeys: [] },
);
const meta = fc.record(
  {
    dependsOn: fc.array(name.map((path) => `document:${path}`)),
    noop: fc.boolean(),
    tags: fc.array(fc.stringMatching(/^[a-z]{1,5}$/)),
    retry: fc.nat(),
    limit: fc
      .double({ min: 0.1, max: 9, noNaN: true })
      .map((perSecond) => ({ perSecond, burst: 2 })),
  },
  { noNullPrototype: true, requiredKeys: [] },
);
const resource = fc.record(
  { kind: fc.constant("document"), name, spec: document, meta },
  { noNullPrototype: true, requiredKeys: ["kind", "name"] },
);
const manifest = fc.record(
  {
    apiVersion: fc.constant("holdfast/v1"),
    kind: fc.constant("Manifest"),
    metadata: fc.record(
      { name, generation: fc.integer({ min: 1 }) },
      { noNullPrototype: true, requiredKeys: ["name"] },
    ),
    prune: fc.constant(false),
    resources: fc.uniqueArray(resource, { selector: (one) => one.name }),
  },
  { noNullPrototype: true, requiredKeys: ["apiVersion", "kind", "metadata"] },
);

test("a manifest written as YAML and as JSON reads back equal, with the same digest", () => {
  fc.assert(
    fc.property(manifest, (written) => {
      const asYaml = valueOf(read(dump(written)));
      const asJson = valueOf(readManifest([json(JSON.stringify(written, undefined, 2))], options));
      const resources = (written.resources ?? []).map(
        ({ kind, name: path, spec = {}, meta: said = {} }) => ({
          id: `${kind}:${path}`,
          input: spec,
          meta: said,
        }),
      );
      assert.deepEqual(plain(asYaml), plain(asJson));
      assert.deepEqual(
        asYaml.resources.map(({ id, input, meta: said }) => ({ id, input, meta: said })),
        resources,
      );
      assert.equal(asYaml.name, written.metadata.name);
      assert.equal(asYaml.generation, written.metadata.generation);
      assert.equal(asYaml.digest, asJson.digest);
    }),
  );
});

test("BOM, CRLF and several documents or files make no difference", () => {
  const first = `${HEAD}resources:\n  - { kind: document, name: /a }\n`;
  const second =
    "apiVersion: holdfast/v1\nkind: Manifest\nresources:\n  - { kind: document, name: /b }\n";
  const expected = ["document:/a", "document:/b"];
  const check = (...files: readonly string[]) => {
    const found = valueOf(
      readManifest(
        files.map((content, index) => yaml(content, `${index}.yaml`)),
        options,
      ),
    );
    assert.deepEqual(
      found.resources.map(({ id }) => id),
      expected,
    );
    assert.equal(found.name, "web");
  };
  check(`${first}---\n${second}`);
  check(`---\n${first}---\n---\n${second}...\n`);
  check(first, second);
  check(`\u{feff}${first}`.replaceAll("\n", "\r\n"), second.replaceAll("\n", "\r\n"));
});

test("the digest is of the content, not of how it is written, and differs when that differs", () => {
  const one = valueOf(
    read(`${HEAD}resources: [{ kind: document, name: /a, spec: { mode: 0644, content: x } }]`),
  );
  const same = valueOf(
    read(
      `${HEAD}resources:\n- name: /a\n  kind: document\n  meta: {}\n  spec: {content: x, mode: "0644"}`,
    ),
  );
  const other = valueOf(
    read(`${HEAD}resources: [{ kind: document, name: /a, spec: { mode: 0640, content: x } }]`),
  );
  const text =
    '{"name":"web","resources":[{"kind":"document","meta":{},"name":"/a","spec":{"content":"x","mode":"0644"}}]}';
  assert.equal(one.digest, hash.sha256(text));
  assert.equal(one.digest, same.digest);
  assert.notEqual(one.digest, other.digest);
});

test("an alias is what it stands for, in a manifest and in its digest", () => {
  const aliased = valueOf(
    read(`${HEAD}resources:
  - { kind: document, name: /a, spec: &both { mode: 0644, owner: root } }
  - { kind: document, name: /b, spec: *both }
`),
  );
  const spec = { mode: "0644", owner: "root" };
  assert.deepEqual(
    aliased.resources.map(({ input }) => input),
    [spec, spec],
  );
  const written = { kind: "document", spec: { mode: "0644", owner: "root" } };
  const plainly = {
    apiVersion: "holdfast/v1",
    kind: "Manifest",
    metadata: { name: "web" },
    resources: ["/a", "/b"].map((path) => ({ ...written, name: path })),
  };
  const same = valueOf(readManifest([json(JSON.stringify(plainly))], options));
  assert.equal(aliased.digest, same.digest);
});

test("an octal mode in YAML means what an operator means", () => {
  const check = (written: string, expected: string | number) => {
    const { value, diagnostics } = read(
      `${HEAD}resources: [{ kind: document, name: /a, spec: { mode: ${written} } }]`,
    );
    if (typeof expected === "string") {
      assert.deepEqual(value?.resources[0]?.input, { mode: expected }, written);
    } else {
      const detail = `spec.mode must be a text, but is the number ${written}. Put it in quotes: "${written}".`;
      assert.equal(diagnostics[0]?.detail, detail);
    }
  };
  check("0644", "0644");
  check("0o644", "0644");
  check('"0644"', "0644");
  check("'644'", "644");
  check("0o7", "0007");
  check("01777", "01777");
  check("644", 644);
  check("0x1ff", 511);
});

test("D19: 100,000 resources are read in linear time, and of 100,000 mistakes the first thousand are reported", () => {
  const many = (spec: object) =>
    JSON.stringify({
      apiVersion: "holdfast/v1",
      kind: "Manifest",
      metadata: { name: "web" },
      resources: Array.from({ length: 100_000 }, (_, index) => ({
        kind: "document",
        name: `/${index}`,
        spec,
      })),
    });
  assert.equal(
    valueOf(readManifest([json(many({ content: "x" }))], options)).resources.length,
    100_000,
  );
  const { diagnostics } = readManifest([json(many({ contnet: "x" }))], options);
  assert.equal(diagnostics.length, 1_000);
  assert.ok(diagnostics.every(({ location }) => location?.line === 1));
});

function yaml(content: string, file = "m.yaml"): ManifestFile {
  return { file, text: content, format: "yaml" };
}

function json(content: string): ManifestFile {
  return { file: "m.json", text: content, format: "json" };
}

function read(content: string) {
  return readManifest([yaml(content)], options);
}

function valueOf({ value, diagnostics }: ReturnType<typeof read>): Manifest {
  const found = diagnostics.map(
    ({ location, detail }) => `${location && formatLocation(location)}: ${detail}`,
  );
  assert.deepEqual(found, []);
  assert.ok(value);
  return value;
}

function plain(manifestValue: Manifest): unknown {
  return manifestValue.resources.map(({ id, kind, name: path, input, meta: said }) => ({
    id,
    kind,
    path,
    input,
    said,
  }));
}
