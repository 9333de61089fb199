import assert from "node:assert/strict";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type FileCalls, type FileStat, realFileCalls } from "@holdfast/host";
import fc from "fast-check";
import { createSimulatedKernel } from "./kernel/kernel.ts";

/** One call: which, on the handles in which slots, with which names. Slot 0 is the root and stays open. */
interface Step {
  readonly call: keyof typeof CALLS;
  readonly slot: number;
  readonly other: number;
  readonly into: number;
  readonly name: string;
  readonly newName: string;
  readonly mode: number;
  readonly size: number;
}

/** A kernel, and the handles that the steps have opened. */
interface World {
  readonly calls: FileCalls;
  readonly slots: Map<number, number>;
}

type Answer = unknown;
type Call = (world: World, step: Step & { readonly at: number; readonly to: number }) => Answer;

const SLOTS = 5;

/** What is done for each call, and what of its answer must be equal. */
const CALLS = {
  openDirectory: (world, { at, name, into }) =>
    keep(world, into, world.calls.openDirectory(at, name)),
  openPath: (world, { at, name, into }) => keep(world, into, world.calls.openPath(at, name)),
  openFile: (world, { at, name, into }) => keep(world, into, world.calls.openFile(at, name)),
  create: async (world, { at, name, into, mode }) =>
    keep(world, into, await world.calls.create(at, name, mode)),
  lookup: ({ calls }, { at, name }) => statOf(calls.lookup(at, name)),
  stat: ({ calls }, { at }) => statOf(calls.stat(at)),
  list: async ({ calls }, { at }) => [...(await calls.list(at, 1_000))].toSorted(),
  readLink: ({ calls }, { at, name }) => calls.readLink(at, name),
  readNow: ({ calls }, { at, size }) => {
    const into = new Uint8Array(64);
    const count = calls.readNow(at, into, { offset: 0, length: 64, position: size });
    return Buffer.from(into.subarray(0, count)).toString("latin1");
  },
  write: ({ calls }, { at, name, size }) =>
    calls.write(at, Buffer.from(name.slice(0, 5)), {
      offset: 0,
      length: Math.min(5, name.length),
      position: size,
    }),
  append: ({ calls }, { at, name }) => calls.append(at, Buffer.from(name.slice(0, 5))),
  openToWrite: async (world, { at, into }) => keep(world, into, await world.calls.openToWrite(at)),
  truncate: ({ calls }, { at, size }) => calls.truncate(at, size),
  chmod: ({ calls }, { at, mode }) => calls.chmod(at, mode),
  rename: ({ calls }, { at, to, name, newName }) =>
    calls.rename({ directory: at, name }, { directory: to, name: newName }),
  link: ({ calls }, { at, to, name, newName }) =>
    calls.link({ directory: at, name }, { directory: to, name: newName }),
  symlink: ({ calls }, { at, name, newName }) => calls.symlink(newName, at, name),
  unlink: ({ calls }, { at, name }) => calls.unlink(at, name),
  makeDirectory: ({ calls }, { at, name, mode }) => calls.makeDirectory(at, name, mode),
  removeDirectory: ({ calls }, { at, name }) => calls.removeDirectory(at, name),
  sync: ({ calls }, { at }) => calls.sync(at),
  close: (world, { slot, at }) => {
    if (slot === 0) return;
    world.slots.delete(slot);
    world.calls.close(at);
  },
} as const satisfies Record<string, Call>;

function keep(world: World, slot: number, handle: number): void {
  const before = world.slots.get(slot);
  if (before !== undefined && slot !== 0) world.calls.close(before);
  if (slot === 0) world.calls.close(handle);
  else world.slots.set(slot, handle);
}

/** Sizes and links of directories are each file system's own, and so are the numbers of inodes. */
function statOf(stat: FileStat | undefined): Answer {
  if (stat === undefined) return undefined;
  const { mode, uid, gid, size, nlink } = stat;
  const isDirectory = (mode & 0o170000) === 0o040000;
  return { mode, uid, gid, ...(isDirectory ? {} : { size, nlink }) };
}

async function answer(world: World, step: Step): Promise<Answer> {
  const at = world.slots.get(step.slot);
  const to = world.slots.get(step.other);
  if (at === undefined || to === undefined) return "no such handle";
  const call: Call = CALLS[step.call];
  try {
    return await call(world, { ...step, at, to });
  } catch (error) {
    assert.ok(error instanceof Error && "code" in error, String(error));
    return { errno: error.code };
  }
}

const NAMES = ["a", "b", "c"];
const TOO_LONG = "x".repeat(256);
/** Mostly the root, which is always open. */
const anySlot = fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, fc.nat({ max: SLOTS - 1 }));
const anyStep: fc.Arbitrary<Step> = fc.record({
  call: fc.constantFrom(...(Object.keys(CALLS) as (keyof typeof CALLS)[])),
  slot: anySlot,
  other: anySlot,
  into: fc.nat({ max: SLOTS - 1 }),
  name: fc.constantFrom(...NAMES, TOO_LONG),
  // Whether a missing source or a long target is reported first is not the same in all versions of Linux.
  newName: fc.constantFrom(...NAMES),
  mode: fc.constantFrom(0o644, 0o600, 0o755, 0o4755, 0o1777, 0o000),
  size: fc.nat({ max: 20 }),
});

function realWorld(root: string): World {
  return worldAt(realFileCalls, root);
}

function simulatedWorld(): World {
  const { umask, uid, gid } = realFileCalls.identity();
  const kernel = createSimulatedKernel();
  kernel.tamper.makeDirectory("/world", { mode: 0o700, uid, gid });
  return worldAt(kernel.callsAs({ uid, gid, umask }), "/world");
}

function worldAt(calls: FileCalls, root: string): World {
  return { calls, slots: new Map([[0, calls.openRoot(root)]]) };
}

function closeAll({ calls, slots }: World): void {
  for (const handle of slots.values()) calls.close(handle);
}

/** Removes a tree whatever its modes are. */
function removeAll(directory: string): void {
  fs.chmodSync(directory, 0o700);
  for (const entry of fs.readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) removeAll(path);
    else fs.unlinkSync(path);
  }
  fs.rmdirSync(directory);
}

test("K1: any sequence of calls gives the same answers and errnos on the simulated kernel as on the real one", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyStep, { minLength: 20, maxLength: 60, size: "max" }),
      async (steps) => {
        const root = fs.mkdtempSync(join(tmpdir(), "holdfast-differential-"));
        const [real, simulated] = [realWorld(root), simulatedWorld()];
        try {
          for (const [at, step] of steps.entries()) {
            const [expected, found] = [await answer(real, step), await answer(simulated, step)];
            assert.deepEqual(found, expected, `call ${at}: ${JSON.stringify(step)}`);
          }
        } finally {
          closeAll(real);
          closeAll(simulated);
          removeAll(root);
        }
      },
    ),
    { numRuns: 800 },
  );
});
