import assert from "node:assert/strict";
import { test } from "node:test";
import { type AnyKind, REDACTED } from "@holdfast/core";
import fc from "fast-check";
import { createStandardCatalog } from "./standard-kinds.ts";

/** A spec for every field that can hold a secret. */
const SPECS: Readonly<Record<string, readonly ((text: string) => object)[]>> = {
  file: [
    (content) => ({ content, mode: "0600", backup: true }),
    (a) => ({
      mode: "0600",
      template: { text: "{{#a}}{{a}} {{facts.os}}{{/a}}{{^a}}{{a}}{{/a}}", vars: { a } },
    }),
    (a) => ({ mode: "0600", template: { text: "{{a.b}} {{^c}}{{a}}{{/c}}", vars: { a, c: [a] } } }),
    (a) => ({ mode: "0600", template: { path: "/t", vars: { a: { b: [a] } } } }),
  ],
  line: [
    (line) => ({ path: "/a", line, match: "^x" }),
    (text) => ({ path: "/a", block: { marker: "m", text } }),
  ],
  "json-field": [
    (value) => ({ path: "/a", field: "a.b", value }),
    (text) => ({ path: "/a", field: "a", value: [{ deep: text }] }),
  ],
  user: [
    (text) => ({ password: text === REDACTED ? text : `$6$${Buffer.from(text).toString("hex")}` }),
  ],
  "git-checkout": [
    (token) => ({ repository: "https://example.org/a.git", branch: "main", token }),
    (sshKey) => ({ repository: "git@example.org:a.git", branch: "main", sshKey }),
  ],
  container: [
    (text) => ({ image: "a:1", env: { P: text } }),
    (password) => ({ image: "a:1", registry: { username: "a", password } }),
  ],
  "container-image": [(password) => ({ registry: { username: "a", password } })],
  exec: [
    (text) => ({ command: ["/bin/x"], creates: "/y", env: { P: text } }),
    (stdin) => ({ command: ["/bin/x"], creates: "/y", stdin }),
  ],
};

/** What the engine asks of a spec that has no secrets in it yet. */
function identityOf(kind: AnyKind, input: unknown): unknown {
  const mistakes: string[] = [];
  const spec = kind.bind("/name", input, (...words) => mistakes.push(words.join()));
  return {
    mistakes,
    lanes: kind.lanes?.(spec),
    batch: kind.batch?.key(spec),
    owns: kind.owns?.(spec),
    temporaries: kind.temporaries?.(spec, undefined),
    isAbsent: kind.isAbsent?.(spec),
    needs: kind.needs?.(spec),
    uses: kind.uses?.(spec),
    makes: kind.makes?.(spec),
    takesAway: kind.takesAway?.(spec),
  };
}

for (const kind of createStandardCatalog().values()) {
  if (kind.secretFields === undefined) continue;
  test(`B4: the text of a secret does not decide which ${kind.kind} it is`, () => {
    const specs = SPECS[kind.kind] ?? [];
    assert.equal(specs.length > 0, true, "there is a spec for it here");
    fc.assert(
      fc.property(fc.string({ minLength: 4 }), fc.constantFrom(...specs), (text, specOf) => {
        const line = text.replaceAll(/[\r\n]/g, " ");
        assert.deepEqual(identityOf(kind, specOf(line)), identityOf(kind, specOf(REDACTED)));
      }),
    );
  });
}
