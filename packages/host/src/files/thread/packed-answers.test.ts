import assert from "node:assert/strict";
import { test } from "node:test";
import { ABSENT, Fault, type FileReading, present, unknown } from "@holdfast/core";
import fc from "fast-check";
import { FILE_TYPES } from "../file-entry.ts";
import type { LocalAnswer } from "../read/local-reader.ts";
import { packAnswers, unpackAnswers } from "./packed-answers.ts";

const PLAIN = { noNullPrototype: true } as const;

const entry = fc.record(
  {
    type: fc.constantFrom(...FILE_TYPES),
    mode: fc.nat(0o7777),
    uid: fc.nat(),
    gid: fc.nat(),
    sizeBytes: fc.maxSafeNat(),
    device: fc.maxSafeNat(),
    inode: fc.maxSafeNat(),
    linkCount: fc.nat(),
  },
  PLAIN,
);
const reading: fc.Arbitrary<FileReading> = fc.oneof(
  fc.record({ entry }, PLAIN),
  fc.record({ entry, bytes: fc.uint8Array() }, PLAIN),
  fc.record({ entry, sha256: fc.string() }, PLAIN),
  fc.record({ entry, linkTarget: fc.string() }, PLAIN),
);
const fault = fc
  .string()
  .map((message) => new Fault({ reason: "HostFailed", message, resolution: "Look." }));
const answer: fc.Arbitrary<LocalAnswer> = fc.oneof(
  reading.map(present),
  fc.constant(ABSENT),
  fault.map(unknown),
  fc.constant<LocalAnswer>({ type: "long" }),
  fc.record({ type: fc.constant("remote" as const), mountPoint: fc.string() }, PLAIN),
);

test("answers come out of another thread as they went in", () => {
  fc.assert(
    fc.property(fc.array(answer), (answers) => {
      const sent = structuredClone(packAnswers(answers));
      assert.deepEqual(unpackAnswers(sent).map(plain), answers.map(plain));
    }),
  );
});

/** Faults are compared by what they say, bytes by what they are. */
function plain(one: LocalAnswer): unknown {
  if (one.type === "unknown") return { ...one, fault: one.fault.toJSON() };
  if (one.type !== "present" || one.value.bytes === undefined) return one;
  return { ...one, value: { ...one.value, bytes: [...one.value.bytes] } };
}
