import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { formatLocation } from "@holdfast/core";
import { Registry } from "../provider/registry.ts";
import { MemorySystem } from "../testing/memory-system.ts";
import { discoverEntries } from "./provider-entry.ts";
import { readResources } from "./read-resources.ts";

const HEAD = "apiVersion: holdfast/v1\nkind: Providers\nproviders:\n";

function registered(...types: readonly string[]): Registry {
  const registry = new Registry();
  for (const type of types) registry.register(new MemorySystem().provider(type));
  return registry;
}

/** Each mistake as `line:column summary: detail`. */
function mistakes(text: string): readonly string[] {
  const file = { file: "resources.yaml", text: HEAD + text, format: "yaml" } as const;
  const { diagnostics } = readResources(file, registered("network", "redis-acl"));
  return diagnostics.map(({ location, summary, detail }) => {
    const place = location === undefined ? "nowhere" : formatLocation(location);
    return `${place} ${summary}: ${detail}`;
  });
}

suite("resources.yaml", () => {
  test("P4: what is written is read, and the defaults change nothing by themselves", () => {
    const text = `${HEAD}  - type: network\n  - {type: redis-acl, dependsOn: [network], interval: 5m, prune: true}\n`;
    const file = { file: "resources.yaml", text, format: "yaml" } as const;
    const registry = registered("network", "redis-acl");
    const { value, diagnostics } = readResources(file, registry);
    assert.deepEqual(diagnostics, []);
    assert.deepEqual(value?.[0], discoverEntries(registry)[0]);
    assert.deepEqual(value?.[1], {
      ...discoverEntries(registry)[1],
      dependsOn: ["network"],
      intervalMs: 300_000,
      prune: true,
    });
  });

  test("P4: without it every registered provider is run on request, without prune or apply", () => {
    for (const entry of discoverEntries(registered("b", "a"))) {
      assert.deepEqual([entry.autoApply, entry.prune, entry.intervalMs], [false, false, "manual"]);
    }
  });

  for (const [name, text, expected] of [
    [
      "an unknown provider",
      "  - type: redis-acl\n  - type: netwrok\n",
      /^resources.yaml:5:5 Unknown provider: .*Did you mean "network"\?$/,
    ],
    [
      "P2: an unknown dependency names both",
      "  - type: network\n    dependsOn: [redis]\n",
      /^resources.yaml:5:5 Unknown dependency: network depends on "redis"/,
    ],
    [
      "P2: a circle lists its members",
      "  - {type: network, dependsOn: [redis-acl]}\n  - {type: redis-acl, dependsOn: [network]}\n",
      /^resources.yaml:4:21 .*circle: network → redis-acl → network/,
    ],
    [
      "a provider twice",
      "  - type: network\n  - type: network\n",
      /^resources.yaml:5:5 Provider twice/,
    ],
    [
      "an interval that is too short",
      "  - type: network\n    interval: 1s\n",
      /^resources.yaml:5:5 Wrong value/,
    ],
    [
      "a misspelt field",
      "  - type: network\n    prunes: true\n",
      /^resources.yaml:5:5 Unknown field: .*prune/,
    ],
  ] as const) {
    test(`a mistake has file, line and column: ${name}`, () => {
      const found = mistakes(text);
      assert.equal(found.length, 1, found.join("\n"));
      assert.match(found[0] ?? "", expected);
    });
  }
});
