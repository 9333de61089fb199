import type { FaultReason } from "@holdfast/core";
import {
  type KindSample,
  kindConformance,
  type PackageOperation,
  UNIVERSE,
} from "@holdfast/testing";
import fc from "fast-check";
import { packageKind } from "./kind.ts";
import type { PackageInput } from "./spec.ts";
import { installed } from "./testing/package-bench.ts";

const VERSIONS = ["1.0-1", "2.0~rc1-1", "2.0-1"] as const;

function gone(name: string): PackageOperation {
  return { type: "package", name, is: "purged" };
}

function halfConfigured(name: string): PackageOperation {
  return { type: "package", name, is: "half-configured" };
}

const anyStart = (name: string, versions: readonly string[]) =>
  fc
    .record({
      version: fc.constantFrom(...versions),
      isAutomatic: fc.boolean(),
      isBroken: fc.boolean(),
      isRemoved: fc.boolean(),
    })
    .map(({ version, isAutomatic, isBroken, isRemoved }): readonly PackageOperation[] => [
      installed(name, version, { isAutomatic }),
      ...(isBroken ? [halfConfigured(name)] : []),
      ...(isRemoved ? [{ type: "package", name, is: "removed" } as const] : []),
    ]);

/** Whatever is declared can be had from whatever is there. */
function granted(
  name: string,
  versions: readonly string[],
  input: fc.Arbitrary<PackageInput>,
): fc.Arbitrary<KindSample<PackageInput>> {
  return fc.record({
    name: fc.constant(name),
    input,
    needs: fc.constant([gone(name)]),
    before: fc.oneof(fc.constant([]), anyStart(name, versions)),
  });
}

const allowDowngrade = true;
const declared = fc.constantFrom<PackageInput>(
  {},
  { version: "1.0-1", allowDowngrade },
  { version: "2.0-1", hold: true },
  { version: "1.*", allowDowngrade, hold: false },
  { version: "2.*", latest: true },
  { minVersion: "2.0~rc1" },
  { latest: true, noRecommends: true },
  { hold: true, manual: false },
  { state: "absent" },
  { state: "absent", purge: true, hold: false },
);
const withConfiguration = fc.constantFrom<PackageInput>(
  { purge: true },
  { purge: true, state: "absent" },
  { purge: true, version: "2.0-1", conffiles: "replace" },
);

function refused(
  reason: FaultReason,
  input: PackageInput,
  before: readonly PackageOperation[] = [],
  name = "hf-base",
): fc.Arbitrary<KindSample<PackageInput>> {
  return fc.constant({ name, input, needs: [gone(name)], before, refused: reason });
}

const held = [installed("hf-base", "1.0-1", { isHeld: true })];

kindConformance(packageKind, {
  packages: UNIVERSE,
  // What was installed for others is marked as wanted; configuration that was left over is of the version that was last there.
  beyondUndo: (fingerprint) =>
    fingerprint
      .replace(/"isManual":(?:true|false)/, "")
      .replace(/("config-files","version"):"[^"]*"/, "$1"),
  onReal: { runs: 3, troubledCalls: 2, tampers: 4 },
  samples: fc.oneof(
    { weight: 6, arbitrary: granted("hf-base", VERSIONS, declared) },
    { weight: 2, arbitrary: granted("hf-conf", ["1.0-1", "2.0-1"], withConfiguration) },
    granted("hf-foreign:i386", ["1.0-1"], fc.constantFrom({}, { state: "absent" as const })),
    refused("PackageNotFound", { version: "7.0-1" }),
    refused("PackageNotFound", { minVersion: "2.0-2" }, [installed("hf-base", "1.0-1")]),
    refused("PackageNotFound", {}, [], "hf-nowhere"),
    refused("PackageVirtual", {}, [], "hf-mail"),
    refused("PackageDowngrade", { version: "1.0-1" }, [installed("hf-base", "2.0-1")]),
    refused("PackageHeld", { version: "2.0-1" }, held),
    refused("PackageHeld", { state: "absent" }, held),
    refused("PackageNeeded", { state: "absent" }, [
      installed("hf-base", "2.0-1"),
      installed("hf-app", "1.0-1"),
    ]),
  ),
  tampers: ({ name, input }) => {
    const { state, version, minVersion, latest, hold } = input;
    if (state === "absent") return fc.constantFrom(installed(name, "1.0-1"));
    const isPinned = [version, minVersion, latest].some((field) => field !== undefined);
    const others = version?.startsWith("1") === true ? "2.0-1" : "1.0-1";
    return fc.constantFrom(
      gone(name),
      { type: "package", name, is: "removed" } as const,
      halfConfigured(name),
      ...(isPinned ? [installed(name, others)] : []),
      ...(hold === undefined ? [] : [installed(name, "1.0-1", { isHeld: !hold })]),
      ...(input.manual === false ? [] : [installed(name, "1.0-1", { isAutomatic: true })]),
    );
  },
});
