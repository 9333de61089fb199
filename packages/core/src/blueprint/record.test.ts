import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { sampleCatalog } from "../check/sample-kinds.ts";
import type { SourceLocation } from "../fault/diagnostic.ts";
import type { Facts } from "../facts.ts";
import { manifestOfRecording } from "../manifest/manifest-of-recording.ts";
import type { Hash } from "../ports/hash.ts";
import { type Blueprint, isBlueprint } from "./blueprint.ts";
import { blueprintFor } from "./blueprint-function.ts";
import { recordBlueprint } from "./record.ts";
import type { RecordOptions } from "./recording.ts";
import { isInShard } from "./shard.ts";

const hash: Hash = { sha256: (data) => createHash("sha256").update(data).digest("hex") };
const facts: Facts = {
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
  stableId: { value: "machine-1", source: "machine-id" },
};
const kinds = [
  { kind: "document", platforms: ["linux", "darwin"] },
  { kind: "task", platforms: ["linux", "darwin"] },
  { kind: "json-field", platforms: ["linux"] },
  { kind: "registry", platforms: ["windows"] },
  { kind: "ghost", platforms: [] },
] as const;

/** Bodies here are as a stripped file's would be: unchecked. */
type AnyHost = Record<string, (...rest: readonly unknown[]) => { readonly id: string }>;

test("what a body declares is recorded in order, as data that can be cloned", () => {
  const { declared, diagnostics } = record((host) => {
    const one = host.document?.("/a", { mode: 0o640, content: undefined });
    host.jsonField?.("x", { list: [1, { a: null }] }, { dependsOn: [one, "task:t"], noop: true });
    host.task?.("t", undefined, undefined);
  });
  assert.deepEqual(diagnostics, []);
  assert.deepEqual(structuredClone(declared), [
    { kind: "document", name: "/a", spec: { mode: "0640" }, meta: {}, location: at(1) },
    {
      kind: "json-field",
      name: "x",
      spec: { list: [1, { a: null }] },
      meta: { dependsOn: ["document:/a", "task:t"], noop: true },
      location: at(2),
    },
    { kind: "task", name: "t", spec: {}, meta: {}, location: at(3) },
  ]);
});

test("B1: all mistakes of a body are collected with file and line", () => {
  check(
    (host) => {
      host.document?.("/a", { content: () => "x", labels: { when: new Date(0) } });
      host.document?.("", {});
      host.document?.(5);
      host.docment?.("/b");
      host.registry?.("key");
      host.document?.("/c", {}, { dependsOn: [undefined] });
      host.inShard?.("ten", "salt");
      throw new RangeError("no more");
    },
    [
      "f.ts:1 document:/a: Not plain data: spec.content is a function.",
      "f.ts:1 document:/a: Not plain data: spec.labels.when is a Date.",
      'f.ts:2 document:: Wrong name: name must be a text of 1 to 4096 characters, without control characters, but is "".',
      "f.ts:3 document:5: Wrong name: name must be a text of 1 to 4096 characters, without control characters, but is 5.",
      'f.ts:4 host.docment: Unknown kind: A host has no "docment". Did you mean "document"?',
      "f.ts:6 registry:key: Unknown kind: The kind registry exists on windows, and this is linux. Ask for host.os first.",
      "f.ts:7 document:/c: Not plain data: meta.dependsOn[0] is undefined.",
      'f.ts:8 host.inShard: Wrong argument: inShard takes a percentage and a salt, e.g. inShard(10, "new-agent").',
      "f.ts:99 blueprint test: Blueprint failed: test threw RangeError: no more",
    ],
  );
});

test("B1: a fact that does not exist is a mistake with its place; one that this machine lacks is undefined", () => {
  check(
    (host) => {
      const asked: unknown = host.facts;
      const known = asked as Record<string, unknown>;
      assert.equal(known["hostnam"], undefined);
      assert.equal(known["distro"], undefined);
      assert.equal(known["osfamily"], undefined);
    },
    [
      'f.ts:1 host.facts.hostnam: Unknown fact: There is no fact "hostnam". Did you mean "hostname"?',
      'f.ts:2 host.facts.osfamily: Unknown fact: There is no fact "osfamily". There are: os, distro, distroVersion, kernel, arch, hostname, fqdn, addresses, interfaces, disks, custom, cpuCount, memoryBytes, packageBackend, init, virtualization, stableId.',
    ],
  );
});

test("a blueprint does not wait: neither async bodies nor late calls", async () => {
  const late = Promise.withResolvers<undefined>();
  const { diagnostics } = record((host) => {
    void late.promise.then(() => host.document?.("/late"));
  });
  assert.deepEqual(diagnostics, []);
  late.resolve(undefined);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(
    diagnostics.map(({ detail }) => detail),
    [
      "document:/late was declared after the blueprint had returned. Declare everything before that.",
    ],
  );
  check(
    () => Promise.resolve(),
    [
      'f.ts:1 blueprint test: Asynchronous blueprint: test returned a promise. A blueprint does not wait: take away "async".',
    ],
  );
});

test("B1: a body without types can hand over anything; what no resource can be made of is reported", () => {
  check(
    (host) => {
      host.ghost?.("x");
      // What an aborted signal throws need not be an Error.
      AbortSignal.abort("no more").throwIfAborted();
    },
    [
      "f.ts:2 ghost:x: Unknown kind: The kind ghost exists nowhere, and this is linux. Ask for host.os first.",
      "f.ts:99 blueprint test: Blueprint failed: test threw no more",
    ],
  );
  const { diagnostics } = manifestOf(make("web", (host) => void host.document?.("/a", {}, "noop")));
  assert.deepEqual(
    diagnostics.map(({ detail }) => detail),
    ['meta must be a mapping, but is the text "noop".'],
  );
});

test("B1: where the caller is unknown, the mistakes are reported without a place", () => {
  const nowhere = () => undefined;
  const body: Body = (host) => {
    host.document?.("/a");
    host.document?.("/a");
    host.document?.("");
    host.inShard?.(50, "salt");
  };
  const { stableId: _, ...nameless } = facts;
  const recording = recordBlueprint(
    make("web", body),
    options({ facts: nameless, locate: nowhere }),
  );
  const { diagnostics } = manifestOfRecording("web", recording, { catalog: sampleCatalog, hash });
  assert.deepEqual(
    diagnostics.map(({ location, severity, detail }) => [location, severity, detail.slice(0, 37)]),
    [
      [undefined, "error", "name must be a text of 1 to 4096 char"],
      [undefined, "warning", "This machine has no stable id, so it "],
      [undefined, "error", "document:/a is declared and again. Re"],
    ],
  );
});

test("B2: a name to include means nothing where none are listed, nor after the body has returned", async () => {
  const late = Promise.withResolvers<undefined>();
  const base = make("base", () => undefined);
  const web = make("web", (host) => void late.promise.then(() => host.include?.("base")), {
    includes: [base],
  });
  const { diagnostics } = recordBlueprint(web, options());
  late.resolve(undefined);
  await new Promise((resolve) => setImmediate(resolve));
  const expected = 'There is no blueprint "base" here. This blueprint lists no `includes`.';
  assert.deepEqual(
    diagnostics.map(({ detail }) => detail),
    [expected],
  );
  const alone = record((host) => void host.include?.("base"));
  assert.equal(alone.diagnostics[0]?.detail, expected);
});

test("B2: an include whose parameters are no mapping is reported with a description of parameters", () => {
  const parameters = { path: { type: "string" } } as const;
  const base = make("base", () => undefined, { parameters });
  const { diagnostics } = record((host) => void host.include?.(base, "/one"));
  assert.deepEqual(
    diagnostics.map(({ detail }) => detail),
    ["The parameters of base are a mapping of names to values."],
  );
});

test("B2: include composes blueprints, by value and by name, with their own parameters", () => {
  const parameters = { path: { type: "string" } } as const;
  const base = make("base", (host, { path }) => void host.document?.(path), { parameters });
  const web = make(
    "web",
    (host) => {
      host.include?.(base, { path: "/one" });
      host.include?.("base", { path: "/two" });
      host.document?.("/three");
    },
    { includes: [base] },
  );
  const { declared, diagnostics } = recordBlueprint(web, options());
  assert.deepEqual(diagnostics, []);
  assert.deepEqual(
    declared.map(({ name }) => name),
    ["/one", "/two", "/three"],
  );
});

test("B2: unknown names, wrong parameters and cycles of includes are errors; the rest is recorded", () => {
  const base = make("base", () => undefined, { parameters: { port: { type: "number" } } });
  const failing = make("failing", () => {
    throw new Error("in here");
  });
  const web: Blueprint = make(
    "web",
    (host) => {
      host.include?.("bsae");
      host.include?.("base", { prot: 1 });
      host.include?.(failing);
      host.include?.(5);
      host.include?.("base", { port: new Date(0) });
      host.include?.(web);
      host.document?.("/after");
    },
    { includes: [base] },
  );
  const { declared, diagnostics } = recordBlueprint(web, options());
  assert.deepEqual(
    diagnostics.map(({ detail }) => detail.replace(/\. Only plain data.*/, ".")),
    [
      'There is no blueprint "bsae" here. Did you mean "base"?',
      'There is no parameter "prot". Did you mean "port"?',
      '"port" must be given: a number.',
      "failing threw Error: in here",
      "include takes a blueprint, or the name of one in the own `includes`, while the body runs.",
      "parameters.port is a Date.",
      "web includes web. Take one of them out.",
    ],
  );
  assert.deepEqual(
    declared.map(({ name }) => name),
    ["/after"],
  );
});

test("B2, G1: duplicates across includes name both places", () => {
  const base = make("base", (host) => void host.document?.("/a"));
  const web = make("web", (host) => {
    host.document?.("/a");
    host.include?.(base);
  });
  const { value, diagnostics } = manifestOf(web);
  assert.equal(value, undefined);
  assert.equal(
    diagnostics[0]?.detail,
    "document:/a is declared at f.ts:1 and again at f.ts:2. Remove one, or give one another name.",
  );
});

test("a recording becomes the manifest that a file of the same content is", () => {
  const web = make("web", (host) => void host.document?.("/a", { mode: 0o644 }));
  const { value, diagnostics } = manifestOf(web);
  assert.deepEqual(diagnostics, []);
  const text =
    '{"name":"web","resources":[{"kind":"document","meta":{},"name":"/a","spec":{"mode":"0644"}}]}';
  assert.equal(value?.digest, hash.sha256(text));
  assert.deepEqual(value?.resources[0]?.location?.(), at(1));
  const wrong = manifestOf(make("web", (host) => void host.document?.("/a", { mdoe: 1 })));
  assert.deepEqual(wrong.diagnostics, [
    {
      severity: "error",
      address: "document:/a",
      location: at(1),
      summary: "Unknown field",
      detail: 'spec has no field "mdoe". Did you mean "mode"?',
    },
  ]);
});

test("B3: without a stable id a machine is in no shard, and this is reported once", () => {
  const answers: unknown[] = [];
  const body = (host: AnyHost) => {
    answers.push(...[0, 50, 50, 100].map((percent) => host.inShard?.(percent, "salt")));
  };
  const { stableId: _, ...nameless } = facts;
  const { diagnostics } = recordBlueprint(make("test", body), options({ facts: nameless }));
  assert.deepEqual(answers, [false, false, false, true]);
  assert.deepEqual(
    diagnostics.map(({ severity, summary }) => [severity, summary]),
    [["warning", "No stable id"]],
  );
  const manifest = manifestOfRecording(
    "x",
    { declared: [], diagnostics },
    { catalog: sampleCatalog, hash },
  );
  assert.ok(manifest.value);
});

test("B3: the host asks for its own stable id, trimmed, and every other machine for its own", () => {
  const answersOn = (value: string): readonly unknown[] => {
    const answers: unknown[] = [];
    const body = (host: AnyHost) => {
      for (let percent = 0; percent <= 100; percent += 5)
        answers.push(host.inShard?.(percent, "salt"));
    };
    const own: Facts = { ...facts, stableId: { value, source: "machine-id" } };
    recordBlueprint(make("test", body), options({ facts: own }));
    return answers;
  };
  for (const id of ["machine-1", "machine-2"]) {
    const expected = Array.from({ length: 21 }, (_, at) => isInShard(at * 5, "salt", id, { hash }));
    assert.deepEqual(answersOn(` ${id}\n`), expected);
  }
  assert.notDeepEqual(answersOn("machine-1"), answersOn("machine-2"));
});

test("the host can be inspected without harm", () => {
  const { diagnostics } = record((host) => {
    assert.equal(host.os, "linux");
    assert.equal(host.then, undefined);
    assert.deepEqual(Object.keys(host), [
      "os",
      "facts",
      "inShard",
      "include",
      "document",
      "task",
      "jsonField",
    ]);
    JSON.stringify(host);
    const asked: unknown = host.facts;
    assert.deepEqual({ ...structuredClone(asked as object) }, facts);
    assert.equal(`${String(asked)} ${"x" in (asked as object)}`, "[object Object] false");
  });
  assert.deepEqual(diagnostics, []);
});

test("a blueprint is known as one, and made only with a name and a body", () => {
  assert.ok(isBlueprint(make("x", () => undefined)));
  assert.ok(isBlueprint({ [Symbol.for("holdfast.blueprint")]: true }));
  assert.ok(!isBlueprint({ name: "x" }));
  assert.throws(() => make("", () => undefined), TypeError);
});

test("what a worker loads needs neither zod nor js-yaml", () => {
  const seen = new Set<string>();
  const visit = (url: URL): void => {
    if (seen.has(url.href)) return;
    seen.add(url.href);
    const text = readFileSync(fileURLToPath(url), "utf8");
    for (const [, typeOnly, from] of text.matchAll(
      /^(?:import|export) (type )?[^;]*?from "([^"]+)";/gm,
    )) {
      if (typeOnly !== undefined) continue;
      assert.match(from ?? "", /^\.\.?\//, `${url.href} imports ${from}`);
      visit(new URL(from ?? "", url));
    }
  };
  visit(new URL("../blueprint.ts", import.meta.url));
  assert.ok(seen.size > 10);
});

type Body = (host: AnyHost, parameters: Record<string, unknown>) => unknown;
type Extras = Pick<Partial<Blueprint>, "includes" | "parameters">;

function make(name: string, body: Body, extras: Extras = {}): Blueprint {
  const untyped: unknown = blueprintFor();
  return (untyped as (name: string, extras: Extras, body: Body) => Blueprint)(name, extras, body);
}

/** Every call of `locate` is on the next line of an invented file; what is thrown, on line 99. */
function options(overrides: Partial<RecordOptions> = {}): RecordOptions {
  let line = 0;
  const locate = (thrown?: unknown) => {
    line += 1;
    return at(thrown === undefined ? line : 99);
  };
  return { facts, parameters: {}, kinds, hash, locate, ...overrides };
}

function at(line: number): SourceLocation {
  return { file: "f.ts", line };
}

function record(body: Body) {
  return recordBlueprint(make("test", body), options());
}

function manifestOf(blueprint: Blueprint) {
  const recording = recordBlueprint(blueprint, options());
  return manifestOfRecording(blueprint.name, recording, { catalog: sampleCatalog, hash });
}

function check(body: Body, expected: readonly string[]): void {
  const found = record(body).diagnostics.map(({ location, address, summary, detail }) => {
    const place = location === undefined ? "" : `${location.file}:${location.line}`;
    return `${place} ${address}: ${summary}: ${detail.replace(/\. Only plain data.*/, ".")}`;
  });
  assert.deepEqual(found, expected);
}
