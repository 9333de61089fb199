import { type KindSample, kindConformance, type Operation } from "@holdfast/testing";
import fc from "fast-check";
import type { MountInput } from "./fields.ts";
import { mountKind } from "./kind.ts";

const POINT = "/mnt/data";
const SHOWN = "/srv/shown";
const FSTAB = "/etc/fstab";
const THEIRS = "# theirs\n/dev/vda1\t/  ext4 errors=remount-ro 0 1 # root\n\nbroken\n";

const tmpfs = { source: "scratch", type: "tmpfs", options: "size=1m,nosuid,nofail" };
const bind = { source: SHOWN, options: ["bind", "nodev", "x-systemd.requires=network.target"] };
const input = fc.constantFrom<MountInput[]>(
  tmpfs,
  { ...tmpfs, persisted: false },
  { ...tmpfs, mounted: false, pass: 2 },
  { ...tmpfs, mounted: "unmanaged", options: "size=1m,noauto" },
  bind,
  { ...bind, options: "bind,ro", dump: 1 },
  { ...bind, persisted: false },
  { state: "absent" },
);

const mount = (verb: "mount" | "unmount" | "remount", options = ""): Operation => ({
  type: "mount",
  verb,
  path: POINT,
  options,
});
const fstab = (line: string): Operation => ({
  type: "write",
  path: FSTAB,
  content: `${THEIRS}${line}\n# end`,
});
const needs: readonly Operation[] = [
  mount("unmount"),
  mount("unmount"),
  mount("unmount"),
  { type: "directory", path: POINT },
  { type: "directory", path: SHOWN },
  { type: "write", path: FSTAB, content: THEIRS },
];
const found = fc.constantFrom<Operation>(
  mount("mount"),
  mount("mount", "size=64k,noexec"),
  fstab(`scratch ${POINT} tmpfs size=1m,nosuid,nofail`),
  fstab(`/dev/sdb1   ${POINT}/ ext4 defaults,noatime 0 2`),
  { type: "remove", path: FSTAB },
  { type: "write", path: FSTAB, content: "" },
);
const samples: fc.Arbitrary<KindSample<MountInput>> = fc.record({
  name: fc.constant(POINT),
  input,
  needs: fc.constant(needs),
  before: fc.array(found, { maxLength: 2 }),
});

kindConformance(mountKind, {
  samples,
  mountsLive: true,
  troubledCalls: 6,
  onReal: { runs: 2, troubledCalls: 3, tampers: 8 },
  tampers: ({ input: { state, mounted, persisted, source } }) =>
    fc.constantFrom<Operation>(
      ...(state === "absent" || mounted === false ? [mount("mount")] : []),
      ...(state !== "absent" && mounted === undefined ? liveTampers(source === SHOWN) : []),
      ...(state !== "absent" && persisted !== false ? LINE_TAMPERS : [fstab(`x ${POINT} ext4`)]),
    ),
});

/** A tmpfs on a tmpfs is as good as the declared one, so that only a bind mount can be covered by it. */
function liveTampers(isBind: boolean): readonly Operation[] {
  const other = isBind ? [mount("mount", "noexec")] : [];
  return [mount("unmount"), ...other, mount("remount", "noexec")];
}

const LINE_TAMPERS: readonly Operation[] = [
  fstab(""),
  fstab(`elsewhere ${POINT} tmpfs`),
  fstab(`scratch ${POINT} tmpfs size=2m 0 0`),
  { type: "remove", path: FSTAB },
  { type: "truncate", path: FSTAB, sizeBytes: 20 },
];
