import assert from "node:assert/strict";
import { test } from "node:test";
import { formatLocation } from "../fault/diagnostic.ts";
import { ALLOW_EVERYTHING, DEFAULT_POLICY } from "./policy.ts";
import { policyJsonSchema, readPolicy } from "./read-policy.ts";
import { readVeto } from "./read-veto.ts";
import type { CronTimes } from "./windows.ts";

const HEAD = "apiVersion: holdfast/v1\nkind: Policy\n";
const cron: CronTimes = {
  next: (_opens, _timeZone, afterMs) => afterMs + 1,
  mistakeIn: (opens) => (opens === "never" ? "It never opens." : undefined),
};

function read(text: string) {
  const { value, diagnostics } = readPolicy({ file: "p.yaml", text, format: "yaml" }, cron);
  const said = diagnostics.map(
    ({ location, summary, detail }) =>
      `${formatLocation(location ?? { file: "" })} ${summary}: ${detail}`,
  );
  return { value, said };
}

test("a policy that says nothing is the default one", () => {
  assert.deepEqual(read(HEAD), { value: DEFAULT_POLICY, said: [] });
});

test("all that a policy says is read", () => {
  const { value, said } = read(`${HEAD}rules:
- match: { kinds: [service], ids: ["service:a*"], tags: [db], verbs: [delete, run], risk: [disruptive] }
  deny: no
- approvals: 2
- allow: true
windows:
- { opens: "0 2 * * *", timeZone: UTC, durationMinutes: 60 }
- { for: fetch, opens: "0 1 * * *", timeZone: UTC, durationMinutes: 30 }
vetoes: { maxAgeMinutes: 10 }
prune: false
budget: { destructive: 3 }
`);
  assert.deepEqual(said, []);
  assert.ok(value);
  const [deny, approvals, allow] = value.rules;
  assert.deepEqual(deny?.outcome, { type: "deny", reason: "no" });
  assert.equal(deny?.match.ids?.[0]?.("service:apache"), true);
  assert.deepEqual(
    [deny?.match.kinds, deny?.match.tags, deny?.match.verbs, deny?.match.risks],
    [new Set(["service"]), new Set(["db"]), new Set(["delete", "run"]), new Set(["disruptive"])],
  );
  assert.deepEqual(approvals, { match: {}, outcome: { type: "approvals", count: 2 } });
  assert.deepEqual(allow, ALLOW_EVERYTHING.rules[0]);
  const window = { opens: "0 2 * * *", timeZone: "UTC", durationMs: 3_600_000, match: {} };
  assert.deepEqual(value.applyWindows, [window]);
  assert.deepEqual(value.fetchWindows, [{ ...window, opens: "0 1 * * *", durationMs: 1_800_000 }]);
  const vetoes = { directory: "/run/holdfast/vetoes", maxAgeMs: 600_000, match: {} };
  assert.deepEqual(value.vetoes, vetoes);
  assert.equal(value.mayPrune, false);
  assert.deepEqual(value.budget, { destructive: 3, disruptive: undefined });
});

test("every mistake of a policy has its line and column, and then there is no policy", () => {
  const { value, said } = read(`${HEAD}rules:
- { allow: true, deny: no }
- match: { verb: [delete], ids: ["{a"] }
  approvals: 3
- match: { kinds: [] }
windows:
- { for: fetch, opens: never, timeZone: UTC, durationMinutes: 60, match: {} }
vetoes: { directory: run }
`);
  assert.equal(value, undefined);
  assert.deepEqual(said, [
    'p.yaml:5:12 Unknown field: rules[1].match has no field "verb". Did you mean "verbs"?',
    "p.yaml:6:3 Wrong value: rules[1].approvals must be at most 2, but is the number 3.",
    "p.yaml:7:12 Wrong value: rules[2].match.kinds must have at least 1 entries, but is a list.",
    "p.yaml:10:11 Wrong value: vetoes.directory: write an absolute path.",
  ]);
  const later = read(`${HEAD}rules:
- { allow: true, deny: no }
- match: { ids: ["${"a{b,c}".repeat(8)}"] }
  approvals: 1
- match: { kinds: [file] }
windows:
- { for: fetch, opens: never, timeZone: UTC, durationMinutes: 60, match: {} }
---
kind: Policy
`);
  assert.deepEqual(later.said, [
    "p.yaml:1:1 Too many documents: A policy is one document. Put everything into the first.",
    "p.yaml:4:3 Not one outcome: A rule says exactly one of allow: true, approvals: 1 or 2, or deny: REASON.",
    "p.yaml:5:18 Wrong glob: The glob stands for more than 64 forms; use fewer braces.",
    "p.yaml:7:3 Not one outcome: A rule says exactly one of allow: true, approvals: 1 or 2, or deny: REASON.",
    "p.yaml:9:17 Wrong window: It never opens.",
    "p.yaml:9:67 Wrong window: A desired state is taken as a whole: leave match out, or make it for: apply.",
  ]);
  assert.deepEqual(read("[1]").said.length, 1);
  assert.deepEqual(read("").said.length, 1);
});

test("editors get the schema of a policy", () => {
  const schema = policyJsonSchema();
  assert.deepEqual(schema["required"], ["apiVersion", "kind"]);
  assert.equal(schema["additionalProperties"], false);
});

test("whatever a file says, it is a veto, with what it says of owner and reason", () => {
  const modifiedMs = 5;
  const said = (text: string | undefined) => readVeto({ name: "v", text, modifiedMs });
  const shape = { file: "v", sinceMs: 5 };
  assert.deepEqual(said("owner: backup\nreason: dump\n"), {
    ...shape,
    owner: "backup",
    reason: "dump",
  });
  assert.deepEqual(said(undefined), {
    ...shape,
    owner: "somebody",
    reason: "the file cannot be read",
  });
  for (const text of ["", "owner: [", "\u0000", "owner: 3", "- a"]) {
    assert.deepEqual(said(text), { ...shape, owner: "somebody", reason: "no reason" });
  }
});
