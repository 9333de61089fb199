import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { buildGraph, createCatalog, resourceId, silentLog, targetsOf } from "@holdfast/core";
import { checkSimulated, type Start } from "@holdfast/testing";
import fc from "fast-check";
import { packageKind } from "../package/kind.ts";
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

  test("K10: a rendered text is read back as it was declared", () => {
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

  test("trap 11: packages come after all sources, but one that a source waits for before it", () => {
    const refuse = () => assert.fail();
    const declare = (kind: "apt-repository" | "package", name: string, dependsOn: string[]) => {
      const spec =
        kind === "package"
          ? packageKind.bind(name, {}, refuse)
          : aptRepositoryKind.bind(name, repository, refuse);
      const ids = dependsOn.map((one) => resourceId("package", one));
      return { id: resourceId(kind, name), kind, name, spec, input: {}, meta: { dependsOn: ids } };
    };
    const graph = buildGraph(
      [
        declare("package", "nginx", []),
        declare("package", "ca-certificates", []),
        declare("apt-repository", "one", []),
        declare("apt-repository", "two", ["ca-certificates"]),
      ],
      { catalog: createCatalog([packageKind, aptRepositoryKind]), log: silentLog },
    ).value;
    assert(graph !== undefined);
    const after = (vertex: number) =>
      [...targetsOf(graph.dependencies, vertex)].sort((a, b) => a - b);
    assert.deepEqual([after(0), after(1), after(3)], [[2, 3], [2], [1]]);
  });
});
