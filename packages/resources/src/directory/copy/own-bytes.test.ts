import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { assess } from "@holdfast/core";
import {
  actionOn,
  simulatedRig,
  type SimulatedRig,
  type Start,
  writeContext,
} from "@holdfast/testing";
import fc from "fast-check";
import { directoryKind } from "../kind.ts";
import type { DirectoryObserved } from "../observe.ts";
import { DIRECTORY_RISKS } from "../risk.ts";

const NAMES = ["a", "b", "d/a", "d/e/a"];
const SPEC = directoryKind.bind("/srv/site", { source: "/templates" }, () => assert.fail());

type Tree = Readonly<Partial<Record<string, string>>>;
const treeOf = (...contents: readonly string[]): fc.Arbitrary<Tree> =>
  fc.dictionary(fc.constantFrom(...NAMES), fc.constantFrom(...contents));
const SOURCE = treeOf("one", "two", "three").filter((tree) => Object.keys(tree).length > 0);

suite("files in a copy that others changed", () => {
  test("whatever changed in the source, what others wrote is overwritten as destructive only, and what we wrote as benign", async () => {
    await fc.assert(
      fc.asyncProperty(
        SOURCE,
        treeOf("one", "TWO", "theirs"),
        treeOf("two", "four", "fifth"),
        async (source, edits, changed) => {
          const rig = simulatedRig(places);
          write(rig, "/templates", source);
          await bring(rig);
          const lastFingerprint = fingerprintOf(await observe(rig));
          write(rig, "/srv/site", edits);
          write(rig, "/templates", changed);
          const wanted = { ...source, ...changed };
          const isLost = Object.entries(edits).some(
            ([name, text]) => name in wanted && text !== wanted[name] && text !== source[name],
          );
          const judged = await judge(rig, lastFingerprint);
          if (judged !== undefined) assert.equal(judged.risk, isLost ? "destructive" : "benign");
          else assert.ok(!isLost);
        },
      ),
      { numRuns: 100 },
    );
  });

  test("an edit is seen whether the source changed to as long a content or not, and also in a link", async () => {
    for (const [edit, change] of [
      ["mine", "new!"],
      ["mine too", "longer than that"],
      ["own", "two"],
    ] as const) {
      const rig = await copied();
      const last = fingerprintOf(await observe(rig));
      write(rig, "/templates", { a: change });
      assert.equal(await judge(rig, last), DIRECTORY_RISKS.ownCopy);
      write(rig, "/srv/site", { a: edit });
      assert.equal(await judge(rig, last), DIRECTORY_RISKS.editedCopy);
    }
    const rig = await copied();
    const last = fingerprintOf(await observe(rig));
    const { tamper } = rig.host.kernel;
    relink(rig, "/templates/link", "b");
    assert.equal(await judge(rig, last), DIRECTORY_RISKS.ownCopy);
    relink(rig, "/srv/site/link", "mine");
    assert.equal(await judge(rig, last), DIRECTORY_RISKS.editedCopy);
    tamper.remove("/srv/site/link");
    assert.equal((await judge(rig, last))?.risk, "benign");
  });

  test("an apply that was cut off goes on by itself, and so does one after the source lost a file or others changed modes", async () => {
    const rig = await copied();
    const last = fingerprintOf(await observe(rig));
    write(rig, "/templates", { a: "newer", b: "newer too" });
    write(rig, "/srv/site", { a: "newer" });
    assert.equal(await judge(rig, last), DIRECTORY_RISKS.ownCopy);
    const { tamper } = rig.host.kernel;
    tamper.remove("/templates/link");
    tamper.chmod("/srv/site/b", 0o600);
    write(rig, "/srv/site", { unrelated: "theirs" });
    assert.equal(await judge(rig, last), DIRECTORY_RISKS.ownCopy);
  });

  test("without a record of what was written, and beyond what is remembered, nothing counts as ours", async () => {
    const rig = await copied();
    const last = fingerprintOf(await observe(rig));
    write(rig, "/templates", { a: "newer" });
    for (const known of [undefined, "", "directory 0755 0:0 - -", last.replace(/own:.*/, "own:")]) {
      assert.equal(await judge(rig, known), DIRECTORY_RISKS.editedCopy);
    }
    const large = simulatedRig(places);
    write(
      large,
      "/templates",
      Object.fromEntries(Array.from({ length: 2_049 }, (_, at) => [`f${at}`, "x"])),
    );
    await bring(large);
    const ofLarge = fingerprintOf(await observe(large));
    assert.match(ofLarge, / own:$/);
    write(large, "/templates", { f7: "newer" });
    assert.equal(await judge(large, ofLarge), DIRECTORY_RISKS.editedCopy);
  });
});

const places: Start = ({ kernel: { tamper } }) => {
  tamper.makeDirectory("/srv");
  tamper.makeDirectory("/templates");
};

/** A copy of three entries that was made. */
async function copied(): Promise<SimulatedRig> {
  const rig = simulatedRig(places);
  rig.host.kernel.tamper.symlink("/templates/link", "a");
  write(rig, "/templates", { a: "one", b: "two" });
  await bring(rig);
  return rig;
}

function write({ host }: SimulatedRig, top: string, tree: Tree): void {
  for (const [name, text = ""] of Object.entries(tree))
    host.kernel.tamper.write(`${top}/${name}`, text);
}

function relink({ host: { kernel } }: SimulatedRig, path: string, target: string): void {
  kernel.tamper.remove(path);
  kernel.tamper.symlink(path, target);
}

async function observe(rig: SimulatedRig): Promise<DirectoryObserved | undefined> {
  const found = await rig.finish(Promise.resolve(directoryKind.observe(SPEC, writeContext(rig))));
  return found.type === "present" ? found.value : undefined;
}

async function bring(rig: SimulatedRig): Promise<void> {
  const observed = await observe(rig);
  const changes = directoryKind.diff(SPEC, observed);
  const action = actionOn(directoryKind, { spec: SPEC, observed, changes });
  await rig.finish(directoryKind.apply(action, writeContext(rig)));
}

function fingerprintOf(observed: DirectoryObserved | undefined): string {
  return directoryKind.fingerprint(observed ?? assert.fail("it is there"));
}

/** What it would cost to bring a copy that we made to its source now; `undefined` where there is nothing to do. */
async function judge(rig: SimulatedRig, lastFingerprint: string | undefined) {
  const observed = await observe(rig);
  const changes = directoryKind.diff(SPEC, observed);
  if (changes.length === 0) return undefined;
  const isAsLeft = fingerprintOf(observed) === lastFingerprint;
  const found = { verb: "update", cause: "intent", provenance: "created", isAsLeft } as const;
  const action = { ...found, spec: SPEC, observed, changes, lastFingerprint };
  return assess(directoryKind, action, { isReversible: false });
}
