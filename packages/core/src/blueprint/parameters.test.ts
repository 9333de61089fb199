import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isExactNumber } from "../json.ts";
import { type GivenParameters, type ParameterDefinitions, readParameters } from "./parameters.ts";

const definitions = {
  name: { type: "string", description: "of the site" },
  port: { type: "number", default: 8080 },
  isPublic: { type: "boolean", default: false },
  level: { type: "enum", values: ["debug", "info"], default: "info" },
  hosts: { type: "list", default: ["localhost"] },
} as const satisfies ParameterDefinitions;

test("what the command line spells is what a file says", () => {
  const value = fc.record({
    name: fc.string(),
    port: fc.double({ noNaN: true, noDefaultInfinity: true }).filter(isExactNumber),
    isPublic: fc.boolean(),
    level: fc.constantFrom("debug", "info"),
    hosts: fc.array(fc.stringMatching(/^[a-z.]+$/), { minLength: 1 }),
  });
  fc.assert(
    fc.property(value, (written) => {
      const spelled = Object.entries(written).map(([name, said]) => [name, String(said)] as const);
      const texts: GivenParameters = Object.fromEntries(spelled);
      assert.deepEqual(readParameters(definitions, written).value, { ...written });
      assert.deepEqual(readParameters(definitions, texts).value, {
        ...written,
        port: Number(String(written.port)),
      });
    }),
  );
});

test("defaults fill in what is not given", () => {
  assert.deepEqual(readParameters(definitions, { name: "x" }).value, {
    name: "x",
    port: 8080,
    isPublic: false,
    level: "info",
    hosts: ["localhost"],
  });
});

test("a list on the command line may be empty; what is neither a list nor a text is none", () => {
  assert.deepEqual(readParameters(definitions, { name: "x", hosts: "" }).value?.["hosts"], []);
  check({ name: "x", hosts: { a: "b" } }, [
    'parameter hosts: Wrong parameter: "hosts" must be a list of texts, but is a mapping.',
  ]);
  check({ name: "x", hosts: 5 }, [
    'parameter hosts: Wrong parameter: "hosts" must be a list of texts, but is the number 5.',
  ]);
});

test("a blueprint without parameters takes none", () => {
  const { diagnostics } = readParameters({}, { port: "80" });
  assert.deepEqual(
    diagnostics.map(({ detail }) => detail),
    ['There is no parameter "port". The blueprint takes none.'],
  );
});

test("a definition of a type that does not exist, as unchecked code may write it, is reported", () => {
  const unchecked: unknown = { port: { type: "nubmer" } };
  const { value, diagnostics } = readParameters(unchecked as ParameterDefinitions, { port: "80" });
  assert.equal(value, undefined);
  assert.deepEqual(
    diagnostics.map(({ detail }) => detail),
    ['"port" must be something of the unknown type {"type":"nubmer"}, but is the text "80".'],
  );
});

test("mistakes are reported all together, each with what to write", () => {
  check({ prot: "80" }, [
    'parameter prot: Unknown parameter: There is no parameter "prot". Did you mean "port"?',
    'parameter name: Missing parameter: "name" (of the site) must be given: a text.',
  ]);
  check({ name: 5, port: "eighty", isPublic: "yes", level: "inof", hosts: [1] }, [
    'parameter name: Wrong parameter: "name" must be a text, but is the number 5.',
    'parameter port: Wrong parameter: "port" must be a number, but is the text "eighty".',
    'parameter isPublic: Wrong parameter: "isPublic" must be true or false, but is the text "yes".',
    'parameter level: Wrong parameter: "level" must be "debug" or "info", but is the text "inof". Did you mean "info"?',
    'parameter hosts: Wrong parameter: "hosts" must be a list of texts, but is a list.',
  ]);
  check({ name: "x", port: "", constructor: 1 }, [
    'parameter constructor: Unknown parameter: There is no parameter "constructor". There are: name, port, isPublic, level, hosts.',
    'parameter port: Wrong parameter: "port" must be a number, but is the text "".',
  ]);
  check({ name: "x", port: "1161888007138312193" }, [
    'parameter port: Wrong parameter: "port" must be a number, but is the text "1161888007138312193". A whole number beyond 2^53 cannot be kept exactly.',
  ]);
});

function check(given: GivenParameters, expected: readonly string[]): void {
  const { value, diagnostics } = readParameters(definitions, given);
  const found = diagnostics.map((one) => `${one.address}: ${one.summary}: ${one.detail}`);
  assert.deepEqual(found, expected);
  assert.equal(value, undefined);
}
