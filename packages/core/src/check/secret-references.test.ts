import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { formatLocation } from "../fault/diagnostic.ts";
import { readManifest } from "../manifest/read-manifest.ts";
import type { Secrets } from "../ports/secrets.ts";
import { REDACTED, Secret } from "../secret/secret.ts";
import { missingSecrets, refusedSecrets } from "./check-secrets.ts";
import { resolveSpec, secretsDigestOf } from "./resolve-spec.ts";
import { documentKind, sampleCatalog } from "./sample-kinds.ts";

const hash = {
  sha256: (data: Uint8Array | string) => createHash("sha256").update(data).digest("hex"),
};

function read(spec: string, meta = "{}") {
  const text = `apiVersion: holdfast/v1\nkind: Manifest\nmetadata: { name: web }\nresources:\n- kind: document\n  name: /a\n  meta: ${meta}\n  spec: ${spec}\n`;
  const { value, diagnostics } = readManifest([{ file: "m.yaml", text, format: "yaml" }], {
    catalog: sampleCatalog,
    hash,
  });
  const published = diagnostics.map(
    ({ location, summary, detail }) =>
      `${location === undefined ? "" : formatLocation(location)} ${summary}: ${detail}`,
  );
  return { manifest: value, published };
}

function secretsOf(texts: Readonly<Record<string, string>>): Secrets {
  const all = new Map(Object.entries(texts).map(([path, text]) => [path, new Secret(text)]));
  return {
    describe: "secrets.yaml",
    all,
    digest: (text) => hash.sha256(`key ${text}`),
    seal: (bytes) => bytes,
    unseal: (bytes) => bytes,
  };
}

test("B4: a reference stays a reference in the manifest; its kind is asked with ‹secret› in its place", () => {
  const { manifest, published } = read(
    "{ content: { $concat: [a, { $secret: db.pw }, b] }, mode: '0600' }",
  );
  assert.deepEqual(published, []);
  const [resource] = manifest?.resources ?? [];
  assert.ok(resource !== undefined);
  assert.deepEqual(resource.spec, {
    name: "/a",
    input: { content: `a${REDACTED}b`, mode: "0600" },
  });
  assert.deepEqual(
    resource.references?.map(({ field, secrets }) => [field, secrets]),
    [["spec.content", ["db.pw"]]],
  );
  const filled = resolveSpec(resource, documentKind, secretsOf({ "db.pw": "hush" }));
  assert.deepEqual(filled, { name: "/a", input: { content: "ahushb", mode: "0600" } });
  assert.ok(!JSON.stringify([manifest, manifest?.digest]).includes("hush"));
});

test("B4: the same content has the same digest, whatever the manifest; another value another one", () => {
  const [resource] = read("{ content: { $secret: a } }").manifest?.resources ?? [];
  assert.ok(resource !== undefined);
  const digest = (text: string) => secretsDigestOf(resource, secretsOf({ a: text, other: text }));
  assert.equal(digest("one!"), digest("one!"));
  assert.notEqual(digest("one!"), digest("two!"));
  assert.equal(secretsDigestOf({ ...resource }, undefined), undefined);
});

test("B4: a secret that is missing is never an empty text: it names the place and the nearest", () => {
  const [resource] = read("{ content: { $secret: db.pasword } }").manifest?.resources ?? [];
  assert.ok(resource !== undefined);
  const secrets = secretsOf({ "db.password": "hush" });
  for (const given of [secrets, undefined]) {
    assert.throws(() => resolveSpec(resource, documentKind, given), { reason: "SecretInvalid" });
  }
  const [found] = missingSecrets([resource], {
    describe: "s.yaml",
    paths: [...secrets.all.keys()],
  });
  assert.equal(formatLocation(found?.location ?? { file: "" }), "m.yaml:8:11");
  assert.match(found?.detail ?? "", /spec\.content .*"db\.pasword".* s\.yaml .*"db\.password"\?/);
  assert.match(
    missingSecrets([resource], undefined)[0]?.detail ?? "",
    /no secrets file.*--secrets/,
  );
});

test("B4: a secret that a kind refuses is reported without its text", () => {
  const picky = {
    ...documentKind,
    bind: (_name: string, input: unknown, report: (...words: [string, string, string]) => void) => {
      const text = JSON.stringify(input);
      if (text.includes("hush")) report("content", "Too quiet", `${text} is too quiet.`);
      return input;
    },
  };
  const { resources = [] } = read("{ content: { $secret: a } }").manifest ?? {};
  const [found] = refusedSecrets(
    resources,
    new Map([["document", picky]]),
    secretsOf({ a: "hush" }),
  );
  assert.match(found?.detail ?? "", /document:\/a .*\(a\).*spec\.content: Too quiet/);
  assert.doesNotMatch(JSON.stringify(found), /hush/);
});

test("B4: references have one form, stand where a kind takes them, and cipher text is none", () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    [
      "{ content: { $secret: a b } }",
      /8:11 Wrong reference: spec\.content names a secret by "a b"/,
    ],
    ["{ content: { $secret: 5 } }", /Wrong reference: .*by 5/],
    ["{ content: { $secret: a, x: y } }", /Wrong reference: .*other fields/],
    ["{ content: { $concat: [] } }", /Wrong reference: .*no list of parts/],
    ["{ content: { $concat: [{ $secret: a, x: 1 }] } }", /Wrong reference: .*neither a text/],
    ["{ content: { $concat: [5] } }", /Wrong reference: .*neither a text/],
    // Beside a right one, which used to be filled in all the same.
    [
      "{ labels: { a: { $secret: x }, b: { $concat: {} } } }",
      /Wrong reference: .*no list of parts/,
    ],
    ["{ mode: { $secret: a } }", /8:11 Misplaced secret: spec\.mode .*can: content, labels/],
    ["{ content: 'ENC[AES256:AAAA]' }", /8:11 Encrypted value: spec\.content .*\$secret/],
    ["{ labels: { A: { $concat: [x, 'ENC[AES256:AAAA]'] } } }", /Encrypted value: spec\.labels\.A/],
  ];
  for (const [spec, expected] of cases) {
    const { manifest, published } = read(spec);
    assert.equal(manifest, undefined, spec);
    assert.match(published.join("\n"), expected);
    assert.equal(published.length, 1, published.join("\n"));
  }
  assert.match(
    read("{}", "{ tags: [{ $secret: a }] }").published.join(),
    /Misplaced secret: meta\.tags/,
  );
  assert.deepEqual(read("{ labels: { A: { $secret: a }, B: { $concat: [b, c] } } }").published, []);
});
