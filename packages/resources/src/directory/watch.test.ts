import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { type KindWatch, silentLog } from "@holdfast/core";
import { simulatedRig, type SimulatedRig, type Start } from "@holdfast/testing";
import { directoryKind } from "./kind.ts";
import type { DirectoryInput, DirectorySpec } from "./spec.ts";

const { signal } = new AbortController();
const trees: Start = ({ kernel: { tamper } }) => {
  tamper.write("/templates/deep/file", "x");
  tamper.write("/templates/skipped/file", "x");
  tamper.write("/srv/site/deep/file", "x");
  tamper.makeDirectory("/srv/plain");
};
const bind = (path: string, input: DirectoryInput = {}): DirectorySpec =>
  directoryKind.bind(path, input, assert.fail);
const copy = bind("/srv/site", { source: "/templates", exclude: ["skipped"] });

interface Watching extends AsyncDisposable {
  readonly rig: SimulatedRig;
  readonly watch: KindWatch<DirectorySpec>;
  /** Positions that are hinted by what happens. */
  hintsOf(happen: () => void): Promise<readonly number[]>;
}

async function open(specs: readonly DirectorySpec[]): Promise<Watching> {
  const rig = simulatedRig(trees);
  const hints: number[] = [];
  const sink = { hint: (position: number) => hints.push(position), overflow: assert.fail };
  const watch = await directoryKind.watch?.(
    specs,
    { host: rig.host, signal, log: silentLog },
    sink,
  );
  assert.ok(watch);
  await settled();
  return {
    rig,
    watch,
    async hintsOf(happen) {
      hints.length = 0;
      happen();
      await settled();
      return [...new Set(hints)].toSorted((one, other) => one - other);
    },
    [Symbol.asyncDispose]: () => watch[Symbol.asyncDispose](),
  };
}

/** Whatever a hint starts is over. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
}

suite("watch of directories", () => {
  test("K2: every change in a copy and in its source is noticed, also in entries that came after it was opened", async () => {
    await using watching = await open([copy, bind("/srv/plain")]);
    const { tamper } = watching.rig.host.kernel;
    const hinted = async (happen: () => void) => {
      assert.deepEqual(await watching.hintsOf(happen), [0]);
    };
    await hinted(() => tamper.write("/templates/deep/file", "y"));
    await hinted(() => tamper.chmod("/srv/site/deep", 0o700));
    await hinted(() => tamper.write("/templates/new/deep/er/file", "x"));
    await hinted(() => tamper.write("/templates/new/deep/er/file", "y"));
    await hinted(() => tamper.rename("/templates", "/moved"));
    await hinted(() => tamper.write("/templates/again/file", "x"));
    await hinted(() => tamper.write("/templates/again/file", "y"));
  });

  test("K2: what is below is noticed, however deep, where recurse declares it", async () => {
    await using watching = await open([bind("/srv/plain", { recurse: { mode: "0640" } })]);
    const { tamper } = watching.rig.host.kernel;
    const hinted = async (happen: () => void) => {
      assert.deepEqual(await watching.hintsOf(happen), [0]);
    };
    await hinted(() => tamper.write("/srv/plain/deep/er/file", "x"));
    await hinted(() => tamper.chmod("/srv/plain/deep/er/file", 0o666));
    await hinted(() => tamper.makeSpecial("/srv/plain/deep/caf\udce9", "fifo"));
    await hinted(() => tamper.chown("/srv/plain/deep/caf\udce9", 5, 5));
  });

  test("an excluded entry is not watched, and nothing below a directory of whose entries nothing is declared", async () => {
    await using watching = await open([copy, bind("/srv/plain")]);
    const { tamper } = watching.rig.host.kernel;
    const hints = (happen: () => void) => watching.hintsOf(happen);
    assert.deepEqual(await hints(() => tamper.write("/templates/skipped/file", "y")), []);
    assert.deepEqual(await hints(() => tamper.write("/srv/plain/sub/file", "x")), [1]);
    assert.deepEqual(await hints(() => tamper.write("/srv/plain/sub/file", "y")), []);
  });

  test("D18: a copy that comes later, in the place of another, is followed, and one that goes is not", async () => {
    await using watching = await open([bind("/srv/plain")]);
    const { tamper } = watching.rig.host.kernel;
    await watching.watch.update?.({ removed: [0], added: new Map([[0, copy]]) }, signal);
    await settled();
    const write = (content: string) => () => tamper.write("/templates/later/file", content);
    assert.deepEqual(await watching.hintsOf(write("1")), [0]);
    assert.deepEqual(await watching.hintsOf(write("2")), [0]);
    assert.deepEqual(await watching.hintsOf(() => tamper.chmod("/srv/plain", 0o700)), []);
    await watching.watch.update?.({ removed: [0], added: new Map() }, signal);
    assert.deepEqual(await watching.hintsOf(write("3")), []);
  });
});
