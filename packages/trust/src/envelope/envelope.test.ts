import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { suite, test } from "node:test";
import fc from "fast-check";
import type { JsonObject } from "@holdfast/core";
import * as z from "zod/mini";
import type { PublicKey } from "../keys/public-key.ts";
import { KEYS, signedBy } from "../testing/sample-trust.ts";
import {
  createEnvelope,
  MOST_ENVELOPE_CHARACTERS,
  parseEnvelope,
  payloadDigest,
  printEnvelope,
} from "./envelope.ts";
import { preAuthentication } from "./pre-authentication.ts";
import { readPayload } from "./read-payload.ts";
import { type KeyStanding, verifyEnvelope } from "./verify-envelope.ts";

const TYPE = "application/vnd.holdfast.sample+json";
const schema = z.strictObject({ a: z.number(), b: z.array(z.string()) });
const sample = fc.record({
  a: fc.double({ noNaN: true, noDefaultInfinity: true }),
  b: fc.array(fc.string()),
});

/** Knows these keys and no others. */
function knowing(keys: readonly PublicKey[]): (id: PublicKey["id"]) => KeyStanding {
  return (id) => {
    const key = keys.find((each) => each.id === id);
    return key === undefined ? { type: "unknown" } : { type: "known", key };
  };
}

suite("envelopes", () => {
  test("what is put in, signed and printed is read, verified and taken out again", async () => {
    const signers = [KEYS.anna, KEYS.ben, KEYS.chris];
    const keys = signers.map(({ key }) => key);
    await fc.assert(
      fc.asyncProperty(sample, fc.subarray(signers), async (value, chosen) => {
        const made = createEnvelope(TYPE, value);
        const signed = await signedBy(made, chosen);
        assert.equal(payloadDigest(signed), payloadDigest(made), "who signs changes no digest");
        const parsed = parseEnvelope(printEnvelope(signed), TYPE);
        assert.ok(parsed.type === "parsed");
        assert.equal(printEnvelope(parsed.envelope), printEnvelope(signed));
        const verified = verifyEnvelope(parsed.envelope, knowing(keys));
        assert.ok(verified.type === "verified" && verified.keys.length === chosen.length);
        const read = readPayload(parsed.envelope, schema);
        assert.ok(read.type === "read");
        assert.deepEqual(read.value, JSON.parse(JSON.stringify(value)));
      }),
      { numRuns: 50 },
    );
  });

  test("a second signature of a key replaces the first; the order of signing does not matter", async () => {
    const made = createEnvelope(TYPE, { a: 1, b: [] });
    const one = await signedBy(made, [KEYS.anna, KEYS.ben, KEYS.anna]);
    assert.equal(one.signatures.length, 2);
    assert.equal(printEnvelope(one), printEnvelope(await signedBy(made, [KEYS.ben, KEYS.anna])));
  });

  test("type and payload are signed with their lengths, as the specification of DSSE shows", () => {
    const payload = Buffer.from("hello world");
    const signed = preAuthentication({ payloadType: "http://example.com/HelloWorld", payload });
    assert.equal(
      Buffer.from(signed).toString(),
      "DSSEv1 29 http://example.com/HelloWorld 11 hello world",
    );
  });

  test("a payload of another form is refused: not canonical, fields twice, unknown fields, no UTF-8", () => {
    const read = (payload: string | Uint8Array) =>
      readPayload({ payloadType: TYPE, payload: Buffer.from(payload), signatures: [] }, schema);
    assert.equal(read('{"a":1,"b":["x"]}').type, "read");
    for (const wrong of [
      "",
      "null",
      '{"b":["x"],"a":1}',
      '{"a":1, "b":["x"]}',
      '{"a":1.0,"b":["x"]}',
      '{"a":1,"a":1,"b":["x"]}',
      '{"a":1,"b":["x"],"c":1}',
      '{"__proto__":1,"a":1,"b":["x"]}',
      '{"a":1,"b":["\\u0078"]}',
      '{"a":1,"b":[1]}',
      `{"a":1,"b":${"[".repeat(100_000)}${"]".repeat(100_000)}}`,
      Buffer.of(0x7b, 0xff, 0x7d),
    ]) {
      const refused = read(wrong);
      assert.ok(refused.type === "refused" && refused.reason === "EnvelopeMalformed");
    }
  });

  test("an envelope that is too large, too deep, or signed too often is refused in bounded time", () => {
    const signature = { keyid: KEYS.anna.key.id, sig: "AAAA" };
    const written = (fields: JsonObject): string =>
      JSON.stringify({ payload: "", payloadType: TYPE, signatures: [], ...fields });
    for (const text of [
      "x".repeat(MOST_ENVELOPE_CHARACTERS + 1),
      "[".repeat(MOST_ENVELOPE_CHARACTERS),
      written({ signatures: Array.from({ length: 17 }, () => signature) }),
      written({ signatures: [{ ...signature, sig: "A".repeat(4_100) }] }),
      written({ signatures: [{ ...signature, sig: "AA" }] }),
      written({ signatures: [{ ...signature, keyid: "anna" }] }),
      written({ payload: "e30" }),
      written({ extra: 1 }),
    ]) {
      const refused = parseEnvelope(text, TYPE);
      assert.ok(refused.type === "refused" && refused.reason === "EnvelopeMalformed");
    }
  });
});
