import assert from "node:assert/strict";
import { test } from "node:test";
import type { InstalledPackage, PackageTransaction } from "@holdfast/core";
import fc from "fast-check";
import { type PackageSubject, transact, UNIVERSE, UNSTOPPED } from "./package-subject.ts";

const NAMES = [...new Set(UNIVERSE.map(({ name }) => name))].filter(
  (name) => name !== "hf-foreign",
);
const VERSIONS = ["1.0-1", "2.0-1", "2.0-1", "9.9-1"];
const REQUESTS_EACH = 3;
/** A machine takes some tenths of a second for a request. */
const TIMEOUT_MS = 300_000;

/** Requests as people make them: mostly of what there is. */
export const anyRequest: fc.Arbitrary<PackageTransaction> = fc.record(
  {
    install: fc.uniqueArray(
      fc.record(
        { name: fc.constantFrom(...NAMES, "hf-nowhere"), version: fc.constantFrom(...VERSIONS) },
        { requiredKeys: ["name"] },
      ),
      { selector: ({ name }) => name, maxLength: 4 },
    ),
    remove: someNames(2),
    purge: someNames(2),
    hold: someNames(1),
    unhold: someNames(2),
    markManual: someNames(1),
    allowDowngrade: fc.boolean(),
    noRecommends: fc.boolean(),
  },
  { requiredKeys: ["install"] },
);

/** What holds for every request, whatever is in it. */
export function requestLaws(open: () => Promise<PackageSubject>, requests: number): void {
  test("K3: a package that is reported done is so; others keep their versions; asked again, nothing changes", {
    timeout: TIMEOUT_MS,
  }, async () => {
    const sequences = fc.array(anyRequest, { minLength: 1, maxLength: REQUESTS_EACH });
    await fc.assert(
      fc.asyncProperty(sequences, async (sequence) => {
        await using subject = await open();
        for (const request of sequence) await checkRequest(subject, request);
      }),
      { numRuns: requests },
    );
  });
}

async function checkRequest(subject: PackageSubject, request: PackageTransaction): Promise<void> {
  const before = await subject.packages.read(UNSTOPPED);
  const { results } = await transact(subject, request);
  const after = await subject.packages.read(UNSTOPPED);
  const done = (name: string): boolean => results.get(name)?.type === "done";
  for (const { name, version } of request.install ?? []) {
    if (!done(name)) continue;
    assert.equal(after.packages.get(name)?.state.type, "installed", name);
    if (version !== undefined) assert.equal(after.packages.get(name)?.version, version, name);
  }
  for (const name of [...(request.remove ?? []), ...(request.purge ?? [])].filter(done)) {
    assert.notEqual(after.packages.get(name)?.state.type, "installed", name);
  }
  for (const name of (request.purge ?? []).filter(done)) {
    assert.equal(after.packages.get(name), undefined, name);
  }
  for (const name of (request.hold ?? []).filter(done)) {
    assert.equal(after.packages.get(name)?.isHeld, true, name);
  }
  const named = new Set(results.keys());
  for (const [name, known] of before.packages) {
    if (name !== known.name || named.has(name)) continue;
    assert.deepEqual(withoutMark(after.packages.get(name)), withoutMark(known), name);
  }
  // What failed may succeed now: what came along with others and was to go, for one.
  if (![...results.keys()].every(done)) return;
  const { results: again } = await transact(subject, request);
  for (const [name, { type }] of again) assert.equal(type, "done", name);
  assert.deepEqual((await subject.packages.read(UNSTOPPED)).packages, after.packages);
}

/** A dependency that is named becomes one that is asked for; nothing else of it may change. */
function withoutMark(found: InstalledPackage | undefined) {
  if (found === undefined) return undefined;
  const { isManual: _isManual, ...rest } = found;
  return rest;
}

function someNames(maxLength: number): fc.Arbitrary<string[]> {
  return fc.uniqueArray(fc.constantFrom(...NAMES, "hf-nowhere"), { maxLength });
}
