import assert from "node:assert/strict";
import { test } from "node:test";
import { createCatalog, type LastApplied, type ResourceMeta } from "@holdfast/core";
import { FakeResources, MemoryLedger } from "@holdfast/testing";
import fc from "fast-check";
import { keepDeclared } from "./keep-declared.ts";
import { ShrinkAllowance } from "./shrink-allowance.ts";

const fakes = new FakeResources({ nowMs: () => 0, pause: async () => {} });
const catalog = createCatalog([fakes.kind]);
const { signal } = new AbortController();
const APPLIED = { specDigest: "s", fingerprint: "f", provenance: "created" } as const;
const KEPT: LastApplied = { ...APPLIED, declaration: { manifest: "web", spec: { value: "old" } } };

type KeptLedger = Pick<MemoryLedger, "lastApplied" | "remember" | "forget">;

function manifestOf(meta: ResourceMeta, name = "web") {
  const input = { value: "good" };
  const spec = { ...input, name: "a" };
  const resource = { id: fakes.id("a"), kind: "fake", name: "a", spec, input, meta };
  return { name, resources: [resource], digest: "" };
}

async function kept(
  ledger: KeptLedger,
  manifest: ReturnType<typeof manifestOf>,
  moves: readonly {
    readonly from: ReturnType<typeof fakes.id>;
    readonly to: ReturnType<typeof fakes.id>;
  }[] = [],
) {
  await keepDeclared({ manifest, removals: { moves, orphans: [] } }, { ledger, catalog }, signal);
  return ledger.lastApplied(fakes.id("a"));
}

test("what the manifest says of removing counts as soon as it says so, and nothing is written twice", async () => {
  const memory = new MemoryLedger();
  let writes = 0;
  const ledger: KeptLedger = {
    lastApplied: (id) => memory.lastApplied(id),
    forget: (id) => memory.forget(id),
    remember(id, applied) {
      writes += 1;
      return memory.remember(id, applied);
    },
  };
  assert.equal(
    await kept(ledger, manifestOf({})),
    undefined,
    "of what was never applied nothing is kept",
  );
  await ledger.remember(fakes.id("a"), KEPT);
  writes = 0;
  assert.deepEqual(await kept(ledger, manifestOf({})), KEPT);
  assert.equal(writes, 0, "a pass that changes nothing writes nothing");
  const protectedNow = manifestOf({ onRemove: "orphan", noop: true }, "renamed");
  for (let pass = 0; pass < 2; pass += 1) {
    assert.deepEqual(await kept(ledger, protectedNow), {
      ...APPLIED,
      declaration: {
        manifest: "renamed",
        spec: { value: "old" },
        meta: { onRemove: "orphan", noop: true },
      },
    });
    assert.equal(writes, 1);
  }
});

test("what an older ledger knows gets its declaration, and what moved keeps its provenance under the new id", async () => {
  const old = new MemoryLedger();
  await old.remember(fakes.id("a"), APPLIED);
  assert.deepEqual((await kept(old, manifestOf({})))?.declaration, {
    manifest: "web",
    spec: { value: "good" },
  });
  const ledger = new MemoryLedger();
  await ledger.remember(fakes.id("before"), KEPT);
  const move = { from: fakes.id("before"), to: fakes.id("a") };
  assert.equal((await kept(ledger, manifestOf({}), [move]))?.provenance, "created");
  assert.equal(ledger.lastApplied(fakes.id("before")), undefined);
});

test("a shrunk manifest may remove when a person has said so of the reading it is from, and until another is read", () => {
  const anyReading = fc.record({
    digest: fc.constantFrom("whole", "part", "empty"),
    isGiven: fc.boolean(),
    isBroken: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(anyReading, { maxLength: 12 }), (readings) => {
      const allowance = new ShrinkAllowance();
      const good: (typeof readings)[number][] = [];
      for (const reading of readings) {
        const { digest, isGiven, isBroken } = reading;
        if (isGiven) allowance.give();
        const isAllowed = allowance.take();
        if (isBroken) continue;
        good.push(reading);
        const first = good.findLastIndex((one) => one.digest !== digest) + 1;
        const expected = good.slice(first).some((one) => one.isGiven);
        assert.equal(isAllowed(digest), expected);
      }
    }),
  );
});

test("what is said while a source is being read is about the reading after it", () => {
  const allowance = new ShrinkAllowance("first");
  const early = allowance.take();
  allowance.give();
  assert.equal(early("first"), true);
  assert.equal(early("second"), false);
  assert.equal(allowance.take()("third"), true);
  assert.equal(allowance.take()("first"), false);
});
