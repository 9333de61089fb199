import assert from "node:assert/strict";
import { suite, test } from "node:test";
import {
  buildGraph,
  createCatalog,
  type Json,
  type Ownership,
  resourceId,
  silentLog,
} from "@holdfast/core";
import {
  checkKindUnknown,
  checkSimulated,
  refuseSimulated,
  simulatedRig,
  type Start,
} from "@holdfast/testing";
import { fileKind } from "../file/kind.ts";
import { lineKind } from "../line/kind.ts";
import { jsonFieldKind } from "./kind.ts";
import type { JsonFieldInput } from "./spec.ts";

const PATH = "/etc/app.json";
const field = (input: Omit<JsonFieldInput, "path">) => ({
  kind: jsonFieldKind,
  name: "a field",
  input: { path: PATH, ...input },
});
const etc: Start = ({ kernel }) => kernel.tamper.makeDirectory("/etc");
const app =
  (content: string | Uint8Array, attributes = {}): Start =>
  (host) => {
    etc(host);
    host.kernel.tamper.write(PATH, content, attributes);
  };

suite("json-field", () => {
  test("K10: is added, replaced or removed, and the file keeps its attributes", async () => {
    const start = app('{"a":1}', { mode: 0o640, uid: 7 });
    const host = await checkSimulated(field({ field: "b.c", value: "x" }), start, ["value"]);
    const content = String.raw`{\"a\":1,\"b\":{\"c\":\"x\"}}`;
    assert.deepEqual(host.kernel.inspect.tree(PATH), [`${PATH} file 0640 7:0 "${content}"`]);
    await checkSimulated(field({ field: "a", value: 1 }), app('{ "a": 1.0 }'), []);
    await checkSimulated(field({ field: "a", value: null }), app('{"a":1}'), ["value"]);
    await checkSimulated(field({ field: "a", state: "absent" }), app('{"a":1}'), ["value"]);
    await checkSimulated(field({ field: "a.b", state: "absent" }), app('{"a":1}'), []);
    await checkSimulated(field({ field: "a.0", value: 2 }), app('{"a":[1]}'), ["value"]);
  });

  test("K10: does not make its file unless it may, and then as an object", async () => {
    const fault = await refuseSimulated(field({ field: "a", value: 1 }), etc, "NotFound");
    assert.match(fault.resolution, /Declare file:\/etc\/app\.json.*create: true/);
    const create = { field: "a", value: 1, create: true };
    const host = await checkSimulated(field(create), etc, ["value"]);
    assert.match(host.kernel.inspect.tree(PATH).join(), /"\{\\n {2}\\"a\\": 1\\n\}\\n"$/);
    await checkSimulated(field({ field: "a", value: 1 }), app(" \n"), ["value"]);
    await checkSimulated(field({ field: "a", state: "absent" }), etc, []);
    await checkSimulated(field({ field: "a", state: "absent", create: true }), etc, []);
    await refuseSimulated(field(create), () => {}, "NotFound");
  });

  test("K10: a value without such a field is refused, and no list grows or shrinks", async () => {
    const fault = await refuseSimulated(
      field({ field: "a.b", value: 1 }),
      app('{"a":"text"}'),
      "AlreadyExists",
    );
    assert.match(fault.message, /a\.b cannot be set, because a is a string$/);
    await refuseSimulated(field({ field: "0", value: 1 }), app("[]"), "AlreadyExists");
    await refuseSimulated(field({ field: "0", state: "absent" }), app("[1]"), "AlreadyExists");
  });

  test("K10: a link, a directory, or a file that would become too large are refused", async () => {
    const linkThere: Start = (host) => {
      etc(host);
      host.kernel.tamper.write("/etc/real", "{}");
      host.kernel.tamper.symlink(PATH, "real");
    };
    const fault = await refuseSimulated(field({ field: "a", value: 1 }), linkThere, "WrongType");
    assert.match(fault.resolution, /target of the link/);
    const directory: Start = ({ kernel }) => kernel.tamper.makeDirectory(PATH);
    await refuseSimulated(field({ field: "a", value: 1 }), directory, "WrongType");
    const nearlyFull = app(JSON.stringify({ b: "x".repeat(1_048_500) }));
    const long = field({ field: "a", value: "y".repeat(100) });
    await refuseSimulated(long, nearlyFull, "ContentTooLarge");
  });

  test("K10: a file that cannot be understood is unknown, whatever is declared", async () => {
    for (const input of [{ value: 1 }, { state: "absent" as const }]) {
      const sample = field({ field: "a", ...input });
      const unknown = (content: string | Uint8Array) =>
        checkKindUnknown(sample, "ContentInvalid", simulatedRig(app(content)));
      await unknown('{"a":1,"a":1}');
      await unknown("{'a':1}");
      await unknown("\ufeff{}");
      await unknown(Uint8Array.of(0x7b, 0xff, 0x7d));
      const large = simulatedRig(app(`{"b":"${"x".repeat(1_100_000)}"}`));
      await checkKindUnknown(sample, "ContentTooLarge", large);
    }
  });

  test("a change in a file that not everyone may read is private; a long value is described", () => {
    const spec = jsonFieldKind.bind("x", { path: PATH, field: "a", value: "new" }, () => {});
    const changeOf = (mode: number, value: string) =>
      jsonFieldKind.diff(spec, { type: "file", mode, field: { type: "present", value } })[0];
    assert.equal(changeOf(0o644, "old")?.isPrivate, undefined);
    assert.equal(changeOf(0o640, "old")?.isPrivate, true);
    assert.equal(changeOf(0o644, "old")?.from, "old");
    assert.equal(changeOf(0o644, "x".repeat(65_535))?.from, "JSON, 65537 bytes");
  });

  test("K10: digits that no number holds stay in the file, and are neither shown nor described as others", async () => {
    const before =
      '{"id": 1161888007138312193, "pi": 3.14159265358979323846, "a": {"id": 9007199254740993}}';
    const host = await checkSimulated(field({ field: "b", value: 1 }), app(before), ["value"]);
    const after = host.kernel.inspect.text(PATH);
    assert.equal(after, before.replace(/\}$/, ', "b": 1}'));
    const spec = jsonFieldKind.bind("x", { path: PATH, field: "a", value: 1 }, () => {});
    const seen = (value: Json) =>
      ({ type: "file", mode: 0o644, field: { type: "present", value } }) as const;
    for (const value of [2 ** 53, [{ id: -(2 ** 60) }]]) {
      const [change] = jsonFieldKind.diff(spec, seen(value));
      assert.equal(change?.from, "JSON with a whole number beyond 2^53");
      assert.equal(jsonFieldKind.describe?.(spec, seen(value)), undefined);
    }
    const { from } = jsonFieldKind.diff(spec, seen([2 ** 53 - 1, 0.1]))[0] ?? {};
    assert.deepEqual(from, [2 ** 53 - 1, 0.1]);
  });

  test("fields that diff distinguishes have different fingerprints", () => {
    const print = (field: Parameters<typeof jsonFieldKind.fingerprint>[0]["field"]) =>
      jsonFieldKind.fingerprint({
        type: "file",
        mode: 0o644,
        ...(field === undefined ? {} : { field }),
      });
    const prints = [
      print({ type: "absent" }),
      print({ type: "present", value: null }),
      print({ type: "present", value: "null" }),
      print({ type: "present", value: {} }),
      print({ type: "present", value: [] }),
      print({ type: "blocked", found: "a is a string", remedy: "" }),
      print({ type: "blocked", found: "a is null", remedy: "" }),
    ];
    assert.equal(new Set(prints).size, prints.length);
    const one = print({ type: "present", value: { a: 1, b: 2 } });
    assert.equal(one, print({ type: "present", value: { b: 2, a: 1 } }));
  });
});

suite("json-field: what an author writes", () => {
  const check = (input: Partial<JsonFieldInput>, expected: readonly string[]) => {
    const reported: string[] = [];
    const whole = { path: PATH, field: "a", ...input };
    jsonFieldKind.bind("x", whole, (path, summary, detail) => {
      assert.match(detail, /\w{3}/);
      reported.push(`${path}: ${summary}`);
    });
    assert.deepEqual(reported, expected);
  };

  test("a field names something, and its keys are kept apart", () => {
    for (const name of ["", ".a", "a..b", "a.", []]) {
      check({ field: name, value: 1 }, ["field: not a field"]);
    }
    check({ field: Array.from({ length: 51 }, () => "a"), value: 1 }, ["field: not a field"]);
    check({ field: ["", "a.b"], value: 1 }, []);
    check({ path: "app.json", field: "a", value: 1 }, ["path: not an absolute path"]);
  });

  test("a value is needed unless the field should be absent; null is one", () => {
    check({}, [": nothing to write"]);
    check({ value: null }, []);
    check({ state: "absent" }, []);
    check({ state: "absent", value: 1 }, ["value: a value for what should be absent"]);
  });
});

suite("json-field: who owns what", () => {
  const catalog = createCatalog([fileKind, lineKind, jsonFieldKind]);
  const resource = (kind: "file" | "line" | "json-field", name: string, input: object) => {
    const bind = catalog.get(kind)?.bind ?? assert.fail();
    const refuse = () => assert.fail();
    const spec = bind(name, input, refuse);
    return { id: resourceId(kind, name), kind, name, spec, input: {}, meta: {} };
  };
  let count = 0;
  const fieldOf = (keys: string | string[], path = PATH) =>
    resource("json-field", `f${count++}`, { path, field: keys, value: 1 });
  const conflicts = (...resources: ReturnType<typeof resource>[]) =>
    buildGraph(resources, { catalog, log: silentLog }).diagnostics.map(({ detail }) => detail);

  test("G6: two fields of one file go together, unless one is, or is in, the other", () => {
    assert.deepEqual(conflicts(fieldOf("a"), fieldOf("b"), fieldOf("c.d"), fieldOf("c.e")), []);
    assert.deepEqual(conflicts(fieldOf("a.b"), fieldOf(["a.b"]), fieldOf("a", "/etc/other")), []);
    for (const pair of [
      [fieldOf("a"), fieldOf("a")],
      [fieldOf("a"), fieldOf("a.b")],
      [fieldOf("a.b.c"), fieldOf("a")],
      [fieldOf("a.b"), fieldOf(["a", "b"])],
    ]) {
      const [conflict, ...more] = conflicts(...pair);
      assert.match(conflict ?? "", /both decide about \/etc\/app\.json#\/a/);
      assert.deepEqual(more, []);
    }
  });

  test("G6: a file with content and a field of it are an error; without content, or a line, are not", () => {
    const [conflict] = conflicts(resource("file", PATH, { content: "{}" }), fieldOf("a"));
    assert.match(conflict ?? "", /both decide about \/etc\/app\.json /);
    assert.deepEqual(conflicts(resource("file", PATH, { mode: "0600" }), fieldOf("a")), []);
    assert.deepEqual(
      conflicts(resource("line", "l", { path: PATH, line: "//" }), fieldOf("a")),
      [],
    );
  });

  test("no two fields of different paths are one thing", () => {
    const things = (path: string, field: string[]): readonly Ownership[] => {
      const spec = jsonFieldKind.bind("x", { path, field, value: 1 }, () => assert.fail());
      return jsonFieldKind.owns?.(spec) ?? [];
    };
    const [one, other] = [things("/x#/a", ["b"]), things("/x", ["a#", "b"])];
    assert.notEqual(one.at(-1)?.thing, other.at(-1)?.thing);
    assert.notEqual(things("/x", ["a/b"]).at(-1)?.thing, things("/x", ["a", "b"]).at(-1)?.thing);
    assert.notEqual(things("/x", ["a~1b"]).at(-1)?.thing, things("/x", ["a/b"]).at(-1)?.thing);
  });
});
