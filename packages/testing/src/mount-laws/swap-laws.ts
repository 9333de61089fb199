import assert from "node:assert/strict";
import { test } from "node:test";
import { type MountSubject, mustFail, read, UNSTOPPED } from "./subject.ts";

/** The least that mkswap(8) takes. */
const SIZE_BYTES = 40_960;
const FILE = "/srv/swap";

/** Laws of swap areas. */
export function swapLaws(
  { noSwap }: { readonly noSwap: string | undefined },
  open: () => Promise<MountSubject>,
): void {
  test("K10: a file of the size is made swap space, and only then it counts as that", async () => {
    await using subject = await open();
    const { mounts, actor, finish } = subject;
    actor.makeDirectory("/srv");
    const content = (): Promise<string> => finish(mounts.swapContent(FILE, UNSTOPPED));
    actor.write(FILE, new Uint8Array());
    assert.equal(await content(), "blank");
    const path = subject.onMachine(FILE);
    await finish(mounts.formatSwap({ path, sizeBytes: SIZE_BYTES }, UNSTOPPED));
    assert.equal(await content(), "swap");
    actor.write(FILE, new TextEncoder().encode("somebody's"));
    assert.equal(await content(), "other", "what nobody knows is somebody's");
    await mustFail(finish(mounts.formatSwap({ path }, UNSTOPPED)), "SwapFailed");
  });

  test("K10: an area is swapped to and no more, each of it once", {
    skip: noSwap ?? false,
  }, async () => {
    await using subject = await open();
    const { mounts, actor, finish } = subject;
    actor.makeDirectory("/srv");
    actor.write(FILE, new Uint8Array());
    actor.chmod(FILE, 0o600);
    const path = subject.onMachine(FILE);
    const active = async () => (await read(subject)).swaps.find((swap) => swap.path === FILE);
    await mustFail(finish(mounts.swapOn({ path: FILE }, UNSTOPPED)), "SwapFailed");
    await finish(mounts.formatSwap({ path, sizeBytes: SIZE_BYTES }, UNSTOPPED));
    try {
      await finish(mounts.swapOn({ path: FILE, priority: 7 }, UNSTOPPED));
      assert.equal((await active())?.priority, 7);
      assert.equal((await active())?.sizeBytes, SIZE_BYTES - 4096);
    } finally {
      await finish(mounts.swapOff(FILE, UNSTOPPED));
    }
    assert.equal(await active(), undefined);
    await finish(mounts.swapOff(FILE, UNSTOPPED));
  });
}
