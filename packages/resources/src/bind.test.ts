import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { BindReport } from "@holdfast/core";
import * as z from "zod/mini";
import { directoryKind } from "./directory/kind.ts";
import { execKind } from "./exec/kind.ts";
import { fileKind } from "./file/kind.ts";
import { groupKind } from "./group/kind.ts";
import { lineKind } from "./line/kind.ts";
import { linkKind } from "./link/kind.ts";
import { packageKind } from "./package/kind.ts";
import { listStandardKinds } from "./standard-kinds.ts";
import { userKind } from "./user/kind.ts";

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
    check(fileKind, [`/${"n".repeat(255)}`, {}], []);
    check(fileKind, [`/${"n".repeat(256)}`, {}], [": not a path"]);
    check(fileKind, [`/${"é".repeat(128)}`, {}], [": not a path"]);
    check(fileKind, [`/${"n".repeat(200)}`.repeat(20), {}], []);
    check(fileKind, [`/${"n".repeat(200)}`.repeat(21), {}], [": not a path"]);
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

  test("group and user", () => {
    check(groupKind, ["web", { gid: 7 }], []);
    for (const name of ["100", "a:b", "a,b", "+x", "-x", "a b", "", "x".repeat(33)]) {
      check(groupKind, [name, {}], [": not a name of an account"]);
      check(userKind, [name, {}], [": not a name of an account"]);
    }
    check(userKind, ["web", { exactGroups: true }], ["exactGroups: no groups are named"]);
    check(userKind, ["web", { home: "srv" }], ["home: not an absolute path"]);
    check(userKind, ["web", { password: "*" }], []);
    check(userKind, ["web", { expires: "2030-02-30" }], ["expires: no such day"]);
    userKind.bind("web", { password: "hunter2" }, (path, summary, detail) => {
      assert.deepEqual([path, summary], ["password", "not a hash"]);
      assert.doesNotMatch(detail, /hunter2/, "what was written is not shown");
    });
  });

  test("package", () => {
    for (const name of ["nginx", "libc6:i386", "g++", "hf-dot.a", "NetworkManager", "r"]) {
      check(packageKind, [name, { version: "1:1.2.*", latest: true, minVersion: "1:1.2" }], []);
    }
    const tricks = [
      "",
      "-y",
      "a b",
      "a,b",
      "a=1",
      "a/b",
      "a*",
      "a?",
      "[ab]",
      "^a",
      "a\n",
      "a:",
      ":a",
    ];
    for (const name of [
      ...tricks,
      "a:b:c",
      "--purge",
      "+a",
      ".a",
      "~na",
      "../a",
      "a".repeat(129),
    ]) {
      check(packageKind, [name, {}], [": not a name of a package"]);
    }
    const half = "version: a pattern that ends within a number";
    check(packageKind, ["a", { version: "1.2*" }], [half]);
    check(packageKind, ["a", { version: "1.2", latest: true }], ["latest: two versions"]);
    check(packageKind, ["a", { version: "1.2", minVersion: "1" }], ["minVersion: two versions"]);
    check(packageKind, ["a", { version: "1.2", latest: false }], []);
    check(packageKind, ["a", { state: "absent", hold: false, purge: true }], []);
    for (const input of [{ version: "1" }, { minVersion: "1" }, { latest: true }, { hold: true }]) {
      const [field = ""] = Object.keys(input);
      const expected = [`${field}: said of what should be absent`];
      check(packageKind, ["a", { state: "absent", ...input }], expected);
    }
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
      ["n", { path, line: "a", match: "(?!b)a" }],
      ["match: a pattern that is not supported"],
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

  test("K5: attempts that never come are warned", () => {
    for (const [retries, retryDelayMs, timeoutMs, isWarned] of [
      [30, 1_000, 2_500, true],
      [2, 1_000, 2_500, false],
      [299, 1_000, undefined, false],
      [300, 1_000, undefined, true],
      [0, 1_000, 100, false],
    ] as const) {
      const spec = execKind.bind(
        "n",
        { command: ["true"], creates: "/a", retries, retryDelayMs },
        () => {},
      );
      const warned: string[] = [];
      const meta = timeoutMs === undefined ? {} : { timeoutMs };
      execKind.checkMeta?.(spec, meta, (path) => warned.push(path));
      assert.deepEqual(warned, isWarned ? ["retries"] : []);
    }
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
