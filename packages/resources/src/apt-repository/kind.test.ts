import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { checkSimulated, type Start } from "@holdfast/testing";
import fc from "fast-check";
import type { AptRepositoryInput } from "./fields.ts";
import { aptRepositoryKind } from "./kind.ts";
import { parseSources, sourcesText } from "./sources-text.ts";
import { ARMORED_KEY } from "./testing/armored-key.ts";

const PATH = "/etc/apt/sources.list.d/example.sources";
const repository: AptRepositoryInput = {
  uris: ["https://deb.example.org/debian"],
  suites: ["stable"],
  components: ["main", "contrib"],
  signedBy: { key: ARMORED_KEY },
};
const machine: Start = ({ kernel: { tamper } }) => tamper.makeDirectory("/etc/apt/sources.list.d");

suite("apt-repository", () => {
  test("K10: a key by its content is in the source itself, an empty line of it as a dot", async () => {
    const sample = { kind: aptRepositoryKind, name: "example", input: repository };
    const changes = ["state", "content", "mode", "owner", "group"];
    const host = await checkSimulated(sample, machine, changes);
    assert.equal(
      host.kernel.inspect.text(PATH)?.split("\n").slice(1, 9).join("\n"),
      [
        "Types: deb",
        "URIs: https://deb.example.org/debian",
        "Suites: stable",
        "Components: main contrib",
        "Signed-By:",
        " -----BEGIN PGP PUBLIC KEY BLOCK-----",
        " Comment: for tests",
        " .",
      ].join("\n"),
    );
  });

  test("K10: what is rendered is read back as it was declared", () => {
    const word = fc.stringMatching(/^[a-z][a-z0-9/.-]{0,8}$/);
    const words = fc.array(word, { minLength: 1, maxLength: 3 });
    const declared = fc.record(
      {
        types: fc.constantFrom<("deb" | "deb-src")[]>(["deb"], ["deb", "deb-src"]),
        uris: words,
        suites: words,
        components: words,
        architectures: words,
        signedBy: fc.constantFrom(
          { key: ARMORED_KEY.trim() },
          { path: "/usr/share/keyrings/a.gpg" },
        ),
        enabled: fc.constant(false),
      },
      { requiredKeys: ["types", "uris", "suites", "signedBy"], noNullPrototype: true },
    );
    fc.assert(
      fc.property(declared, (input) => {
        assert.deepEqual(parseSources(sourcesText(input)), input);
      }),
    );
  });

  test("K10: a source comes after the file of its key", () => {
    const input = { ...repository, signedBy: { path: "/etc/apt/keyrings/a.asc" } };
    const spec = aptRepositoryKind.bind("a", input, () => assert.fail());
    assert.deepEqual(aptRepositoryKind.needs?.(spec), ["path:/etc/apt/keyrings/a.asc"]);
  });
});
