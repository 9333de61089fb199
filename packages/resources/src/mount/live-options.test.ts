import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { keptOptions, type LiveOptions, shownOptions, unmetOptions } from "./live-options.ts";

const FLAGS = ["nosuid", "nodev", "noexec", "noatime", "nodiratime"];
const live = (own: string, ofFileSystem = "rw", type = "ext4"): LiveOptions => ({
  type,
  isBind: false,
  own: own.split(","),
  ofFileSystem: ofFileSystem.split(","),
});
const check = (named: string, found: LiveOptions, expected: string): void =>
  assert.equal(unmetOptions(named.split(","), found).join(","), expected, named);
const anyLive = fc
  .record({ flags: fc.subarray(FLAGS), isReadOnly: fc.boolean(), isBind: fc.boolean() })
  .map(({ flags, isReadOnly, isBind }) => ({
    ...live([isReadOnly ? "ro" : "rw", ...flags, "relatime"].join(","), "rw,size=64k", "tmpfs"),
    isBind,
  }));

suite("options of mounts", () => {
  test("K10: an option that the kernel shows may be declared, in any order, and is no difference", () => {
    fc.assert(
      fc.property(anyLive, fc.nat(), (found, turn) => {
        const shown = shownOptions(found).filter((word) => word !== "relatime");
        const turned = [
          ...shown.slice(turn % shown.length),
          ...shown.slice(0, turn % shown.length),
        ];
        assert.deepEqual(unmetOptions(["defaults", ...turned, "nofail"], found), []);
      }),
    );
  });

  test("K10: each flag and its opposite exclude each other, and the last of the two counts", () => {
    fc.assert(
      fc.property(anyLive, fc.constantFrom("ro", ...FLAGS), (found, flag) => {
        const opposite = flag === "ro" ? "rw" : flag.replace(/^no/, "");
        const isSet = shownOptions(found).includes(flag);
        assert.deepEqual(unmetOptions([opposite, flag], found), isSet ? [] : [flag]);
        assert.deepEqual(unmetOptions([flag, opposite], found), isSet ? [opposite] : []);
      }),
    );
  });

  test("K10: a remount keeps every flag that is not named, and none that is", () => {
    fc.assert(
      fc.property(anyLive, fc.subarray(FLAGS), (found, named) => {
        const kept = keptOptions(named, found);
        for (const flag of FLAGS) {
          const isNamed =
            named.includes(flag) || (flag === "noatime" && named.includes("relatime"));
          assert.equal(kept.includes(flag), found.own.includes(flag) && !isNamed, flag);
        }
      }),
    );
  });

  test("K10: values are the same however they are written, and what the kernel does not show may hold", () => {
    const tmpfs = live("rw,relatime", "rw,size=1024k,mode=755,uid=1000", "tmpfs");
    check("size=1m,mode=0755,uid=app", tmpfs, "");
    check("size=2m,mode=1777,uid=1001", tmpfs, "size=2m,mode=1777,uid=1001");
    check("size=50%,nr_inodes=9", tmpfs, "nr_inodes=9");
    check("mode=1777,gid=0", live("rw", "rw", "tmpfs"), "");
    check("size=1m,gid=5", live("rw", "rw", "tmpfs"), "size=1m,gid=5");
    const nfs = live("rw,relatime", "rw,vers=4.2,rsize=1048576,hard,addr=10.0.0.1", "nfs4");
    check("nfsvers=4,rsize=8192,hard,bg,retry=5,_netdev,credentials=/x", nfs, "");
    check("vers=3", nfs, "vers=3");
    check(
      "errors=remount-ro,data=ordered,acl",
      live("rw,relatime", "rw,noacl,data=writeback"),
      "data=ordered,acl",
    );
  });

  test("K10: a file system that became read-only is a difference only where rw is named", () => {
    const failed = live("rw,relatime", "ro");
    check("rw,noatime", { ...failed, own: ["rw", "noatime"] }, "rw");
    check("defaults", failed, "");
    assert.ok(keptOptions(["noatime"], failed).includes("ro"), "and no remount makes it writable");
  });

  test("K10: of a bind mount only its own flags count", () => {
    const bind = { ...live("ro,relatime", "rw,noacl"), isBind: true };
    check("ro,acl,sync,size=3", bind, "");
    check("rw", bind, "rw");
  });
});
