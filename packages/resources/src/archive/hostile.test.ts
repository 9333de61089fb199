import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Fault } from "@holdfast/core";
import {
  actionOn,
  simulatedRig,
  type SimulatedRig,
  tarOf,
  type TarEntry,
  writeContext,
} from "@holdfast/testing";
import fc from "fast-check";
import { archiveKind } from "./kind.ts";

const SOURCE = "/srv/app.tar";
const TOP = "/srv/app";
const RECORD = "/srv/.app.holdfast-archive";

const name = fc.constantFrom("a", "b", "c", ".", "..", "", "a\u0007", "\ufffd");
const path = fc
  .array(name, { minLength: 1, maxLength: 4 })
  .map((names) => names.join("/"))
  .chain((one) => fc.constantFrom(one, one, one, `/${one}`, `${one}/`));
/** Mostly honest names, so that archives also get past the first entry. */
const plain = fc
  .array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 3 })
  .map((names) => names.join("/"));
const anyPath = fc.oneof({ weight: 6, arbitrary: plain }, { weight: 1, arbitrary: path });
const target = fc
  .array(fc.constantFrom("a", "b", "c", "..", "."), { minLength: 1, maxLength: 5 })
  .map((names) => names.join("/"))
  .chain((one) => fc.constantFrom(one, one, one, `/${one}`, "/srv/victim"));
const entry: fc.Arbitrary<TarEntry> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ name: anyPath, content: fc.constantFrom("", "x", "yy") }),
  },
  { weight: 2, arbitrary: fc.record({ name: anyPath, flag: fc.constant("5") }) },
  {
    weight: 3,
    arbitrary: fc.record({ name: anyPath, flag: fc.constant("2"), linkName: target }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ name: anyPath, flag: fc.constant("1"), linkName: anyPath }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ name: anyPath, flag: fc.constantFrom("3", "4", "6", "S", "?") }),
  },
);

/** A machine with an archive, something next to where it goes, and perhaps links that lie there already. */
function machineWith(bytes: Uint8Array, links: readonly string[]): SimulatedRig {
  return simulatedRig(({ kernel }) => {
    kernel.tamper.makeDirectory("/srv");
    kernel.tamper.makeDirectory("/srv/victim");
    for (const one of ["a", "b", "c"]) kernel.tamper.write(`/srv/victim/${one}`, "whole");
    kernel.tamper.write(SOURCE, bytes);
    if (links.length === 0) return;
    kernel.tamper.makeDirectory(TOP);
    for (const link of links) kernel.tamper.symlink(`${TOP}/${link}`, "/srv/victim");
  });
}

/** Reconciles once. @returns why not, or `undefined` when it says that it is done. */
async function extract(rig: SimulatedRig): Promise<Fault | undefined> {
  const spec = archiveKind.bind(TOP, { source: { path: SOURCE } }, (...why) => assert.fail(why[2]));
  const context = writeContext(rig);
  const observe = async () => {
    const seen = await archiveKind.observe(spec, context);
    if (seen.type === "unknown") throw seen.fault;
    return seen.type === "present" ? seen.value : undefined;
  };
  try {
    const observed = await observe();
    const changes = archiveKind.diff(spec, observed);
    await archiveKind.apply(actionOn(archiveKind, { spec, observed, changes }), context);
    assert.deepEqual(
      archiveKind.diff(spec, await observe()),
      [],
      "it is done, and something differs",
    );
    return undefined;
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
}

const outside = (rig: SimulatedRig): readonly string[] =>
  rig
    .tree()
    .filter((line) => !line.startsWith(`${TOP} `) && !line.startsWith(`${TOP}/`))
    .filter((line) => !line.startsWith(RECORD));

/** Where a path of the machine leads, as its kernel walks; `undefined` where it does not. */
function walk(rig: SimulatedRig, from: string, steps = 0): string | undefined {
  if (steps > 60) return undefined;
  let at = "";
  const names = from.split("/");
  for (const [position, one] of names.entries()) {
    if (one === "" || one === ".") continue;
    at = one === ".." ? at.slice(0, Math.max(at.lastIndexOf("/"), 0)) : `${at}/${one}`;
    const link = rig.host.kernel.inspect.linkTarget(at === "" ? "/" : at);
    if (link === undefined) continue;
    const parent = at.slice(0, at.lastIndexOf("/"));
    const rest = names.slice(position + 1).join("/");
    return walk(rig, `${link.startsWith("/") ? link : `${parent}/${link}`}/${rest}`, steps + 1);
  }
  return at;
}

const RUNS = process.env["HOLDFAST_TEST_SEEDS"] === "all" ? 20_000 : 600;

suite("hostile archives", () => {
  test("K10: whatever is in an archive, nothing outside is touched, and what is refused left no trace", async () => {
    let done = 0;
    const links = fc.subarray(["a", "b"], { maxLength: 1 });
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 6 }), links, async (entries, lying) => {
        const rig = machineWith(tarOf(entries), lying);
        const before = rig.tree();
        const around = outside(rig);
        const fault = await rig.finish(extract(rig));
        assert.deepEqual(outside(rig), around, "something outside was touched");
        if (fault !== undefined) return assert.deepEqual(rig.tree(), before, fault.message);
        done += 1;
        // Where a link of somebody's leads is that somebody's affair.
        if (lying.length > 0) return;
        for (const one of rig.tree()) {
          const made = one.match(/^(\/srv\/app\S*) link /)?.[1];
          if (made === undefined) continue;
          const end = walk(rig, made);
          assert.ok(
            end === undefined || `${end}/`.startsWith(`${TOP}/`),
            `${made} leads to ${end}`,
          );
        }
      }),
      { numRuns: RUNS },
    );
    assert.ok(done > RUNS / 20, `only ${done} archives were extracted: the test proves little`);
  });

  test("K10: an archive cut off anywhere, or with a byte changed, is refused or whole", async () => {
    const bytes = tarOf([
      { name: "a/x", content: "content" },
      { name: "a/y", flag: "2", linkName: "x" },
      { name: "a/z", flag: "1", linkName: "a/x" },
    ]);
    const damage = fc.oneof(
      fc.nat(bytes.length - 1).map((at) => bytes.subarray(0, at)),
      fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 })).map(([at, by]) => {
        const copy = bytes.slice();
        copy[at] = ((copy[at] ?? 0) + by) % 256;
        return copy;
      }),
    );
    await fc.assert(
      fc.asyncProperty(damage, async (damaged) => {
        const rig = machineWith(damaged, []);
        const before = rig.tree();
        const fault = await rig.finish(extract(rig));
        if (fault !== undefined) assert.deepEqual(rig.tree(), before, fault.message);
      }),
      { numRuns: RUNS / 3 },
    );
  });

  const refused: Readonly<Record<string, readonly TarEntry[]>> = {
    "a path from the root": [{ name: "/etc/passwd", content: "x" }],
    "a path that goes up": [{ name: "a/../../x", content: "x" }],
    "a link to the root": [{ name: "a", flag: "2", linkName: "/etc" }],
    "a link that goes up": [{ name: "a/b", flag: "2", linkName: "../../x" }],
    "a link that goes up by way of another": [
      { name: "a/b/top", flag: "2", linkName: "../.." },
      { name: "c", flag: "2", linkName: "a/b/top/.." },
    ],
    "links that lead to each other": [
      { name: "a", flag: "2", linkName: "b" },
      { name: "b", flag: "2", linkName: "a" },
    ],
    "a file below a link": [
      { name: "a", flag: "2", linkName: "b" },
      { name: "a/x", content: "x" },
    ],
    "a file below a file": [{ name: "a", content: "x" }, { name: "a/x" }],
    "a link in the place of its own directory": [
      { name: "a", flag: "5" },
      { name: "a", flag: "2", linkName: "b" },
    ],
    "a hard link to a file outside": [{ name: "a", flag: "1", linkName: "../x" }],
    "a hard link to nothing of it": [{ name: "a", flag: "1", linkName: "b" }],
    "a hard link to a link": [
      { name: "l", flag: "2", linkName: "b" },
      { name: "a", flag: "1", linkName: "l" },
    ],
    "a device": [{ name: "a", flag: "3" }],
    "a FIFO": [{ name: "a", flag: "6" }],
    "a sparse file": [{ name: "a", flag: "S", content: "x" }],
    "one name twice": [
      { name: "a", content: "1" },
      { name: "./a", content: "2" },
    ],
    "a name that is no text": [{ name: "a\u0001b" }],
    "a name that is too long": [{ name: "n".repeat(256) }],
    "a path that is too deep": [{ name: Array.from({ length: 70 }, () => "d").join("/") }],
  };
  for (const [what, entries] of Object.entries(refused)) {
    test(`K10: refused: ${what}`, async () => {
      const rig = machineWith(tarOf([{ name: "first", content: "x" }, ...entries]), []);
      const before = rig.tree();
      const fault = await rig.finish(extract(rig));
      assert.equal(fault?.reason, "ArchiveUnsafe", fault?.message);
      assert.deepEqual(rig.tree(), before);
    });
  }

  test("K10: one name twice is no harm where it is one thing", async () => {
    const twice = [
      { name: "a/b", content: "1" },
      { name: "a", flag: "5" },
      { name: "a/b", content: "1" },
    ];
    assert.equal(await extract(machineWith(tarOf(twice), [])), undefined);
  });
});
