import assert from "node:assert/strict";
import { type KindSample, kindConformance, type Operation } from "@holdfast/testing";
import fc from "fast-check";
import { hostsEntryKind } from "./kind.ts";
import type { HostsEntryInput } from "./spec.ts";

const HOSTS = "/etc/hosts";
const NAME = "db.example.org";
const OTHERS = "127.0.0.1 localhost\n# \u00fcbers\n::1\tip6-localhost\n";

const needs: readonly Operation[] = [{ type: "directory", path: "/etc" }, write(OTHERS)];

const addresses = fc.constantFrom(
  "10.0.0.5",
  ["10.0.0.5"],
  ["10.0.0.5", "2001:db8::5"],
  ["127.0.0.1"],
);
const aliases = fc.constantFrom<string[]>([], ["db"], ["db", "db_1"]);
const declared: fc.Arbitrary<HostsEntryInput> = fc.record(
  { addresses, aliases },
  { requiredKeys: ["addresses"] },
);
const absent: fc.Arbitrary<HostsEntryInput> = fc.record(
  { state: fc.constant("absent" as const), aliases },
  { requiredKeys: ["state"] },
);

/** Lines that are found, with bytes that are no text. */
const found = fc.constantFrom(
  `10.0.0.5 ${NAME} db # mine`,
  `10.0.0.5 db ${NAME}`,
  `2001:DB8:0::5\t${NAME}\tdb db_1`,
  "10.0.0.9 DB.example.org",
  `10.0.0.9 web ${NAME} db`,
  "10.0.0.9 db",
  "\u00e9\u0000\u00e9",
  "# 10.0.0.5",
);
const start = fc
  .tuple(fc.array(found, { maxLength: 4 }), fc.constantFrom("\n", "\r\n"), fc.boolean())
  .map(([lines, ending, hasEnd]) =>
    write(`${OTHERS}${lines.join(ending)}${hasEnd && lines.length > 0 ? ending : ""}`),
  );
const granted: fc.Arbitrary<KindSample<HostsEntryInput>> = fc.record({
  name: fc.constant(NAME),
  input: fc.oneof({ weight: 3, arbitrary: declared }, absent),
  needs: fc.constant(needs),
  before: fc.array(start, { maxLength: 1 }),
});
const refused = (
  reason: "NotFound" | "WrongType" | "ContentInvalid",
  before: Operation,
): fc.Arbitrary<KindSample<HostsEntryInput>> =>
  fc.record({
    name: fc.constant(NAME),
    input: declared,
    needs: fc.constant(needs),
    before: fc.tuple(fc.constant(before)),
    refused: fc.constant(reason),
  });

kindConformance(hostsEntryKind, {
  samples: fc.oneof(
    { weight: 8, arbitrary: granted },
    refused("NotFound", { type: "remove", path: HOSTS }),
    refused("WrongType", { type: "symlink", path: HOSTS, target: "/etc/theirs" }),
    refused("ContentInvalid", write("\u00ff\u00fe1\u0000")),
  ),
  troubledCalls: 8,
  // Neither the case of a name nor the order of the lines says anything.
  beyondUndo: (fingerprint) => {
    const lines: unknown = JSON.parse(fingerprint.toLowerCase() || "[]");
    assert.ok(Array.isArray(lines));
    return lines
      .map((line) => JSON.stringify(line))
      .sort()
      .join();
  },
  onReal: { runs: 8, troubledCalls: 6, tampers: 40 },
  tampers: ({ input }) =>
    input.state === "absent"
      ? fc.constantFrom(
          write(`${OTHERS}10.0.0.5 ${NAME}\n`),
          write(`127.0.0.1 localhost ${NAME}\n`),
        )
      : fc.constantFrom<Operation>(
          write(OTHERS),
          write(`10.0.0.99 web ${NAME}\n${OTHERS}`),
          write(`${OTHERS}10.0.0.99 ${NAME}\n`),
          { type: "replace", path: HOSTS, content: OTHERS },
          { type: "truncate", path: HOSTS, sizeBytes: 0 },
          { type: "remove", path: HOSTS },
          { type: "rename", path: "/etc", to: "/moved" },
        ),
});

function write(content: string): Operation {
  return { type: "write", path: HOSTS, content, encoding: "latin1" };
}
