import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { mustFail, type MountSubject, read, topmost, UNSTOPPED } from "./subject.ts";
import { swapLaws } from "./swap-laws.ts";

/** What is known of the machine before a law opens one. */
export interface MountLawsOptions {
  /** For the titles. */
  readonly machine: string;
  /** How often a property is tried: real tools take some 5 ms each. */
  readonly numRuns: number;
  /** How often in a row the same must be noticed. */
  readonly rounds: number;
  /** Why areas are not swapped to here; `undefined`: they are. */
  readonly noSwap: string | undefined;
}

type Open = () => Promise<MountSubject>;

const POINT = "/mnt/a";
const TMPFS = { source: "scratch", type: "tmpfs" } as const;
const FLAGS = ["nosuid", "nodev", "noexec", "noatime", "nodiratime"];

/** The laws of mounts (semantics K10, B5), registered with node's test runner for one kind of machine. */
export function mountLaws(options: MountLawsOptions, open: Open): void {
  describe(`mount laws on ${options.machine}`, () => {
    optionLaws(options, open);
    stackLaws(open);
    bindLaws(open);
    busyLaws(open);
    refusalLaws(open);
    watchLaw(options, open);
    nameLaw(open);
    swapLaws(options, open);
  });
}

function optionLaws({ numRuns }: MountLawsOptions, open: Open): void {
  test("K10: the flags that are mounted with are those that are read, and a remount gives others and keeps what is in it", async () => {
    await using subject = await open();
    const { mounts, actor, finish } = subject;
    actor.makeDirectory("/mnt");
    actor.makeDirectory(POINT);
    const flags = fc.subarray(["ro", ...FLAGS]);
    await fc.assert(
      fc.asyncProperty(flags, flags, async (first, second) => {
        const request = { ...TMPFS, mountPoint: POINT };
        await finish(mounts.mount({ ...request, options: ["nofail", ...first] }, UNSTOPPED));
        const before = await topmost(subject, POINT);
        assert.deepEqual(flagsOf(before?.options), first);
        assert.deepEqual([before?.type, before?.source, before?.root], ["tmpfs", "scratch", "/"]);
        await finish(mounts.remount({ ...request, options: ["bind", ...second] }, UNSTOPPED));
        const after = await topmost(subject, POINT);
        assert.equal(after?.id, before?.id, "a remount makes no new mount");
        assert.deepEqual(without(flagsOf(after?.options)), without(second));
        await finish(mounts.unmount({ mountPoint: POINT, force: false }, UNSTOPPED));
        assert.equal(await topmost(subject, POINT), undefined);
      }),
      { numRuns },
    );
  });
}

function stackLaws(open: Open): void {
  test("K10: an unmount takes the topmost mount alone, and none is fine", async () => {
    await using subject = await open();
    const { mounts, actor, finish } = subject;
    actor.makeDirectory("/mnt");
    actor.makeDirectory(POINT);
    const request = { ...TMPFS, mountPoint: POINT };
    await finish(mounts.mount({ ...request, source: "lower", options: [] }, UNSTOPPED));
    await finish(mounts.mount({ ...request, source: "upper", options: [] }, UNSTOPPED));
    for (const left of ["upper", "lower", undefined, undefined]) {
      assert.equal((await topmost(subject, POINT))?.source, left);
      await finish(mounts.unmount({ mountPoint: POINT, force: false }, UNSTOPPED));
    }
  });

  test("B5: a mount above hides earlier mounts below it", async () => {
    await using subject = await open();
    const { mounts, actor, finish } = subject;
    for (const path of ["/mnt", POINT, `${POINT}/in`]) actor.makeDirectory(path);
    const mount = (mountPoint: string, source: string): Promise<void> =>
      finish(mounts.mount({ ...TMPFS, source, mountPoint, options: [] }, UNSTOPPED));
    await mount(`${POINT}/in`, "hidden");
    assert.equal((await topmost(subject, `${POINT}/in`))?.source, "hidden");
    await mount(POINT, "above");
    assert.equal(await topmost(subject, `${POINT}/in`), undefined);
  });
}

function bindLaws(open: Open): void {
  test("K10: a bind mount is known by the file system and the directory that it shows, blanks in names or not", async () => {
    await using subject = await open();
    const { mounts, actor, finish } = subject;
    const point = "/mnt/b c\td";
    for (const path of ["/mnt", point, "/srv", "/srv/a b"]) actor.makeDirectory(path);
    const request = { source: "/srv/a b", mountPoint: point, options: ["bind", "ro"] };
    await finish(mounts.mount(request, UNSTOPPED));
    const found = await topmost(subject, point);
    const root = (await read(subject)).mounts.find(({ mountPoint }) => mountPoint === "/");
    assert.ok(found !== undefined && root !== undefined);
    assert.equal(found.device, root.device);
    assert.equal(found.root, `${root.root === "/" ? "" : root.root}/srv/a b`);
    assert.deepEqual(flagsOf(found.options), ["ro"], "the flags of a bind mount count");
    assert.ok(!root.options.includes("ro"), "and what it shows keeps its own");
  });
}

function busyLaws(open: Open): void {
  test("K10: a mount in use stays mounted, and the fault names who uses it; force detaches it", async () => {
    await using subject = await open();
    const { mounts, actor, finish } = subject;
    actor.makeDirectory("/mnt");
    actor.makeDirectory(POINT);
    actor.mounts?.mount(POINT, "");
    await using user = await subject.use(POINT);
    const refused = finish(mounts.unmount({ mountPoint: POINT, force: false }, UNSTOPPED));
    const { message } = await mustFail(refused, "MountBusy");
    assert.match(message, new RegExp(`\\(pid ${user.pid}\\)`));
    assert.notEqual(await topmost(subject, POINT), undefined);
    await finish(mounts.unmount({ mountPoint: POINT, force: true }, UNSTOPPED));
    assert.equal(await topmost(subject, POINT), undefined);
  });

  test("K10: an inner mount keeps it mounted, and is named", async () => {
    await using subject = await open();
    const { mounts, actor, finish } = subject;
    for (const path of ["/mnt", POINT, "/srv"]) actor.makeDirectory(path);
    actor.makeDirectory("/srv/in");
    const bind = { source: "/srv", mountPoint: POINT, options: ["bind"] };
    await finish(mounts.mount(bind, UNSTOPPED));
    actor.mounts?.mount(`${POINT}/in`, "");
    const refused = finish(mounts.unmount({ mountPoint: POINT, force: false }, UNSTOPPED));
    assert.match((await mustFail(refused, "MountBusy")).message, /\/mnt\/a\/in is mounted in it/);
  });
}

function refusalLaws(open: Open): void {
  test("K10: a mount that fails is MountFailed, and nothing is mounted", async () => {
    await using subject = await open();
    const { mounts, actor, finish } = subject;
    actor.makeDirectory("/mnt");
    actor.makeDirectory(POINT);
    const wrong = [
      { source: "scratch", type: "no-such-type", mountPoint: POINT, options: [] },
      { source: "/dev/no-such-device", type: "ext4", mountPoint: POINT, options: [] },
      { ...TMPFS, mountPoint: POINT, options: ["no-such-option"] },
      { ...TMPFS, mountPoint: "/mnt/nowhere", options: [] },
      { source: "/nowhere", mountPoint: POINT, options: ["bind"] },
    ];
    for (const request of wrong) {
      const { resolution } = await mustFail(
        finish(mounts.mount(request, UNSTOPPED)),
        "MountFailed",
      );
      assert.match(resolution, /^[A-Z].*\.$/s);
      assert.equal(await topmost(subject, request.mountPoint), undefined);
    }
    const remount = finish(mounts.remount({ ...TMPFS, mountPoint: POINT, options: [] }, UNSTOPPED));
    await mustFail(remount, "MountFailed");
    const stopped = AbortSignal.abort(new Error("stopped"));
    await assert.rejects(
      finish(mounts.mount({ ...TMPFS, mountPoint: POINT, options: [] }, stopped)),
    );
    assert.equal(await topmost(subject, POINT), undefined);
  });
}

function watchLaw({ rounds }: MountLawsOptions, open: Open): void {
  test("B5: every mount, remount and unmount of others is noticed, the last time like the first", async () => {
    await using subject = await open();
    const { mounts, actor, finish } = subject;
    actor.makeDirectory("/mnt");
    actor.makeDirectory(POINT);
    let hints = 0;
    const hear = (): void => {
      hints += 1;
    };
    await using watch = await finish(mounts.watch(hear, UNSTOPPED));
    for (let round = 0; round < rounds; round++) {
      for (const verb of ["mount", "remount", "unmount"] as const) {
        await settled(subject, () => hints);
        const before = hints;
        actor.mounts?.[verb](POINT, verb === "mount" ? "nosuid,nodev" : "noexec");
        assert.ok(await subject.until(() => hints > before), `${verb} in round ${round}`);
      }
    }
    await watch[Symbol.asyncDispose]();
    assert.equal(await watch.ended, undefined);
  });
}

function nameLaw(open: Open): void {
  test("K10: UUID, LABEL and links below /dev stand for their device, and what leads nowhere for nothing", async () => {
    await using subject = await open();
    const { actor } = subject;
    for (const path of ["/dev", "/dev/disk", "/dev/mapper", "/dev/vg"]) actor.makeDirectory(path);
    for (const path of ["/dev/disk/by-uuid", "/dev/disk/by-label"]) actor.makeDirectory(path);
    actor.write("/dev/sdz1", new Uint8Array());
    actor.write("/dev/dm-7", new Uint8Array());
    actor.symlink("/dev/disk/by-uuid/0a34-07de", "../../sdz1");
    actor.symlink("/dev/disk/by-label/my\\x20disk", "../../sdz1");
    actor.symlink("/dev/disk/by-label/gone", "../../sdz9");
    actor.symlink("/dev/mapper/vg-data", "../dm-7");
    actor.symlink("/dev/vg/data", "../mapper/vg-data");
    const names = ["UUID=0a34-07de", 'LABEL="my disk"', "LABEL=gone", "/dev/vg/data", "server:/x"];
    const { devices } = await read(subject, names);
    const found = names.map((name) => devices.get(name));
    assert.deepEqual(found, ["/dev/sdz1", "/dev/sdz1", undefined, "/dev/dm-7", undefined]);
  });
}

/** Flags in the order of `FLAGS`, without what the kernel adds. */
function flagsOf(options: readonly string[] = []): readonly string[] {
  return ["ro", ...FLAGS].filter((flag) => options.includes(flag));
}

/** A remount that names no time of access leaves that as it is. */
function without(flags: readonly string[]): readonly string[] {
  return flags.filter((flag) => flag !== "noatime" && flag !== "nodiratime");
}

/** Hints of one change may be several; none of them is to be taken for one of the next. */
async function settled(subject: MountSubject, count: () => number): Promise<void> {
  for (let before = -1; before !== count(); ) {
    before = count();
    await read(subject);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
