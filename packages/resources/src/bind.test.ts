import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { BindReport } from "@holdfast/core";
import * as z from "zod/mini";
import { directoryKind } from "./directory/kind.ts";
import { execKind } from "./exec/kind.ts";
import { fileKind } from "./file/kind.ts";
import { lineKind } from "./line/kind.ts";
import { linkKind } from "./link/kind.ts";
import { listStandardKinds } from "./standard-kinds.ts";

interface Bindable<Input> {
  bind(name: string, input: Input, report: BindReport): unknown;
}

/** Binds, and compares what was reported as `field: summary`. */
function check<Input>(
  kind: Bindable<Input>,
  [name, input]: readonly [string, Input],
  expected: readonly string[],
): void {
  const reported: string[] = [];
  kind.bind(name, input, (path, summary, detail) => {
    assert.match(detail, /\w{3}/);
    reported.push(`${path}: ${summary}`);
  });
  assert.deepEqual(reported, expected);
}

suite("bind reports what the schema cannot say", () => {
  test("paths are absolute and have one spelling", () => {
    check(fileKind, ["/etc/motd", {}], []);
    check(fileKind, ["etc/motd", {}], [": not an absolute path"]);
    check(fileKind, ["/etc//motd", {}], [": not a plain path"]);
    check(fileKind, ["/etc/motd/", {}], [": not a plain path"]);
    check(fileKind, ["/etc/../motd", {}], [": not a plain path"]);
    check(fileKind, ["/a\0b", {}], [": not a path"]);
    check(fileKind, ["/", {}], [": not a file"]);
    check(directoryKind, ["/", {}], []);
  });

  test("file", () => {
    const both = { content: "", contentFrom: { path: "/a" } };
    check(fileKind, ["/f", both], ["contentFrom: two sources of content"]);
    check(
      fileKind,
      ["/f", { contentFrom: { path: "a" } }],
      ["contentFrom.path: not an absolute path"],
    );
    check(
      fileKind,
      ["/f", { validate: ["visudo", "-c"] }],
      ["validate: the check does not look at the content"],
    );
    check(fileKind, ["/f", { validate: ["x", "--file=%s"] }], []);
    check(fileKind, ["/f", { backup: "a/b" }], ["backup: not a suffix"]);
    check(fileKind, ["/f", { content: "\ud800" }], ["content: not Unicode text"]);
  });

  test("directory", () => {
    check(directoryKind, ["/d", { purge: true }], ["purge: not built yet"]);
    check(directoryKind, ["/d", { purge: false }], []);
    check(
      directoryKind,
      ["/", { state: "absent", force: true }],
      ["state: the root cannot be absent"],
    );
  });

  test("link", () => {
    check(linkKind, ["/l", { target: "../x" }], []);
    check(linkKind, ["/l", { target: "../x", hard: true }], ["target: not an absolute path"]);
    check(linkKind, ["/l", { target: "/l" }], ["target: a link to itself"]);
  });

  test("line", () => {
    const path = "/f";
    check(lineKind, ["n", { path }], [": nothing to look for"]);
    check(lineKind, ["n", { path, match: "a" }], [": nothing to look for"]);
    check(lineKind, ["n", { path, match: "a", state: "absent" }], []);
    check(lineKind, ["n", { path, line: "a\nb" }], ["line: more than one line"]);
    check(lineKind, ["n", { path, line: "a", match: "(" }], ["match: not a regular expression"]);
    check(
      lineKind,
      ["n", { path, line: "a", match: "(a+)+" }],
      ["match: a pattern that may never end"],
    );
    const block = { marker: "m", text: "t" };
    check(lineKind, ["n", { path, line: "a", block }], ["block: two things to look for"]);
    const own = { marker: "m", text: "# END HOLDFAST m" };
    check(lineKind, ["n", { path, block: own }], ["block.text: the marker is in the text"]);
    check(
      lineKind,
      ["n", { path, line: "a", insertAfter: "a", insertBefore: "b" }],
      ["insertBefore: two places"],
    );
  });

  test("K5: exec without guard loops", () => {
    check(execKind, ["n", { command: ["true"] }], [": an exec needs a guard"]);
    for (const guard of [
      { unless: ["true"] },
      { onlyIf: ["true"] },
      { creates: "/x" },
      { idempotencyKey: "k" },
    ]) {
      check(execKind, ["n", { command: ["true"], ...guard }], []);
    }
  });

  test("K5: a command is argv unless the shell is asked for", () => {
    const creates = "/x";
    check(execKind, ["n", { command: "true", creates }], ["command: a string is not a command"]);
    check(execKind, ["n", { command: "true", shell: true, creates }], []);
    check(
      execKind,
      ["n", { command: ["true"], shell: true, creates }],
      ["command: a list is not for a shell"],
    );
    check(
      execKind,
      ["n", { command: ["true"], unless: "false" }],
      ["unless: a string is not a command"],
    );
    check(execKind, ["n", { command: [""], creates }], ["command: not a command"]);
    check(
      execKind,
      ["n", { command: ["x"], creates, env: { "A=B": "" } }],
      ["env.A=B: not an environment variable"],
    );
    check(
      execKind,
      ["n", { command: ["x"], creates: "x", cwd: "y" }],
      ["cwd: not an absolute path", "creates: not an absolute path"],
    );
  });
});

suite("schemas", () => {
  test("every kind refuses unknown fields and has a JSON Schema with a description of each field", () => {
    for (const { kind, schema } of listStandardKinds()) {
      const found = z.core.safeParse(schema, { nonsense: 1 });
      const codes = found.error?.issues.map(({ code }) => code) ?? [];
      assert.ok(codes.includes("unrecognized_keys"), kind);
      const { properties = {} } = z.toJSONSchema(schema, { io: "input" });
      for (const [field, shape] of Object.entries(properties)) {
        assert.ok(typeof shape === "object" && shape.description, `${kind}.${field}`);
      }
    }
  });
});
