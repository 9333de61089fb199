import assert from "node:assert/strict";
import { suite, test } from "node:test";
import {
  checkKind,
  checkKindUnknown,
  checkSimulated,
  createSimulatedHost,
  refuseSimulated,
  type SimulatedHost,
  simulatedRig,
  type Start,
  VirtualClock,
  writeContext,
} from "@holdfast/testing";
import type { SwapInput } from "./fields.ts";
import { swapKind } from "./kind.ts";

const FILE = "/swapfile";
const FSTAB = "/etc/fstab";
const DISK = "UUID=0a34-07de";
const SIZE_BYTES = 40_960;

const swap = (input: SwapInput, name = FILE) => ({ kind: swapKind, name, input });
const machine: Start = ({ kernel: { tamper } }) => {
  for (const path of ["/etc", "/dev", "/dev/disk", "/dev/disk/by-uuid"]) tamper.makeDirectory(path);
  tamper.makeSpecial("/dev/sdb2", "block-device");
  tamper.symlink("/dev/disk/by-uuid/0a34-07de", "../../sdb2");
};
/** A swap file of this size as `mkswap` leaves it; swapped to with this priority. */
const made =
  (sizeBytes: number, priority?: number): Start =>
  (host) => {
    machine(host);
    host.kernel.tamper.write(FILE, new Uint8Array(sizeBytes), { mode: 0o600 });
    run(host, "mkswap", []);
    if (priority !== undefined) run(host, "swapon", ["--priority", String(priority)]);
    host.mounts.system.runs.length = 0;
  };
function run({ mounts }: SimulatedHost, tool: "mkswap" | "swapon", options: readonly string[]) {
  const result = mounts.system.runNow({ tool, options, operands: [FILE], timeoutMs: 0 });
  assert.equal(result.exitCode, 0, result.stderr);
}
const holding =
  (content: string): Start =>
  (host) => {
    machine(host);
    host.kernel.tamper.write(FILE, content, { mode: 0o600 });
  };
/** What changed something, without where. */
const changed = ({ mounts }: SimulatedHost): readonly string[] =>
  mounts.system.runs.map((words) => words.split(" ")[0] ?? "").filter((tool) => tool !== "blkid");

suite("swap", () => {
  test("K10: a file is made with its size and 0600, formatted beside its place, swapped to, and in fstab", async () => {
    const fields = ["size", "active", "persisted.state"];
    const host = await checkSimulated(swap({ size: "64K", priority: 3 }), machine, fields);
    const { size, mode } = host.kernel.inspect.stat(FILE) ?? {};
    assert.deepEqual([size, (mode ?? 0) & 0o7777], [65_536, 0o600]);
    assert.deepEqual(changed(host), ["fallocate", "mkswap", "sync", "swapon"]);
    assert.ok(
      !host.mounts.system.runs.includes(`mkswap ${FILE}`),
      "nothing half made has its name",
    );
    assert.equal(host.kernel.inspect.text(FSTAB), `${FILE} none swap pri=3 0 0\n`);
  });

  test("K10: content that is no swap space is not overwritten without force", async () => {
    const fault = await refuseSimulated(
      swap({ size: SIZE_BYTES }),
      holding("precious"),
      "AlreadyExists",
    );
    assert.match(fault.message, /would be lost/);
    await refuseSimulated(swap({}), holding("precious"), "AlreadyExists");
    const absent: SwapInput = { size: SIZE_BYTES, state: "absent" };
    await refuseSimulated(swap(absent), holding("precious"), "AlreadyExists");
    const forced: SwapInput = { size: SIZE_BYTES, force: true, persisted: false };
    await checkSimulated(swap(forced), holding("precious"), ["size", "content", "active"]);
  });

  test("K10: a device needs force to be made swap space, and none to be swapped to", async () => {
    const device =
      (content: "swap" | "other" | undefined): Start =>
      (host) => {
        machine(host);
        if (content !== undefined) host.mounts.system.swapAreas.devices.set("/dev/sdb2", content);
      };
    for (const content of ["other", undefined] as const) {
      await refuseSimulated(swap({ persisted: false }, DISK), device(content), "AlreadyExists");
    }
    const host = await checkSimulated(swap({ persisted: false }, DISK), device("swap"), ["active"]);
    assert.deepEqual(host.mounts.system.runs.slice(-1), ["swapon /dev/sdb2"]);
    const forced: SwapInput = { persisted: false, force: true };
    await checkSimulated(swap(forced, DISK), device("other"), ["active"]);
    await refuseSimulated(swap({}, "UUID=gone"), machine, "NotFound");
    await refuseSimulated(swap({}, "/srv/swap"), machine, "NotFound");
  });

  test("K10: swap space that is there is used and not made anew; another size is a new file", async () => {
    const input: SwapInput = { size: SIZE_BYTES, persisted: false };
    const host = await checkSimulated(swap(input), made(SIZE_BYTES), ["active"]);
    assert.deepEqual(changed(host), ["swapon"]);
    const larger = await checkSimulated(swap({ ...input, size: "64K" }), made(SIZE_BYTES, 2), [
      "size",
    ]);
    assert.deepEqual(changed(larger), ["swapoff", "fallocate", "mkswap", "sync", "swapon"]);
    const higher = await checkSimulated(swap({ ...input, priority: 9 }), made(SIZE_BYTES, 2), [
      "priority",
    ]);
    assert.deepEqual(changed(higher), ["swapoff", "swapon"]);
  });

  test("K10: a line is found by every name of its device, and the other areas keep theirs", async () => {
    const theirs = "/dev/sdz9 swap swap sw 0 0\n";
    const listed: Start = (host) => {
      machine(host);
      host.mounts.system.swapAreas.devices.set("/dev/sdb2", "swap");
      host.kernel.tamper.write(FSTAB, `${theirs}/dev/sdb2 swap swap sw,pri=1 0 0 # ours\n`);
    };
    const input: SwapInput = { priority: 4, options: ["nofail"] };
    const fields = ["active", "persisted.source", "persisted.options"];
    const host = await checkSimulated(swap(input, DISK), listed, fields);
    const expected = `${theirs}${DISK} swap swap nofail,pri=4 0 0 # ours\n`;
    assert.equal(host.kernel.inspect.text(FSTAB), expected);
    const gone = await checkSimulated(swap({ state: "absent" }, DISK), listed, ["persisted.state"]);
    assert.equal(gone.kernel.inspect.text(FSTAB), theirs);
    const rig = simulatedRig((start) => {
      listed(start);
      start.kernel.tamper.write(FSTAB, `${DISK} none swap\n/dev/sdb2 none swap\n`);
    });
    await rig.finish(checkKindUnknown(swap({}, DISK), "ContentInvalid", rig));
  });

  test("K10: declared absent a file that was made goes, after it is no longer swapped to; another one stays", async () => {
    const fields = ["state", "active"];
    const host = await checkSimulated(
      swap({ size: SIZE_BYTES, state: "absent" }),
      made(SIZE_BYTES, 1),
      fields,
    );
    assert.equal(host.kernel.inspect.stat(FILE), undefined);
    const other = await checkSimulated(swap({ state: "absent" }), made(SIZE_BYTES, 1), ["active"]);
    assert.notEqual(other.kernel.inspect.stat(FILE), undefined);
  });

  test("K10: under another root the file and its line are made, and nothing is swapped to", async () => {
    const clock = new VirtualClock();
    const host = createSimulatedHost({ clock, root: "/image" });
    host.kernel.tamper.makeDirectory("/image/etc");
    const rig = { host, tree: () => host.kernel.inspect.tree() };
    await clock.finish(checkKind(swap({ size: SIZE_BYTES }), rig));
    assert.equal(host.kernel.inspect.stat("/image/swapfile")?.size, SIZE_BYTES);
    assert.deepEqual(changed(host), ["fallocate", "mkswap", "sync"]);
    const spec = swapKind.bind(FILE, { size: SIZE_BYTES }, () => assert.fail());
    const found = await clock.finish(Promise.resolve(swapKind.observe(spec, writeContext(rig))));
    assert.ok(found.type === "present");
    assert.deepEqual(swapKind.details?.(found.value), { active: "not here: this is another root" });
  });
});
