import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Fault } from "@holdfast/core";
import {
  createSimulatedKernel,
  seededRandom,
  type SimulatedKernel,
  VirtualClock,
} from "@holdfast/testing";
import type { FileCalls } from "./calls.ts";
import { openFiles, type OpenFiles } from "./open-files.ts";

const UNSTOPPED = new AbortController().signal;
const CONTENT = new TextEncoder().encode("new");

function filesOn(calls: FileCalls): OpenFiles {
  return openFiles({ calls, root: "/", clock: new VirtualClock() });
}

/** A machine one of whose calls fails with EIO at its nth use. */
function failing(
  name: "stat" | "pathOf",
  nth: number,
): { kernel: SimulatedKernel; files: OpenFiles } {
  const kernel = createSimulatedKernel();
  kernel.tamper.write("/srv/one", "1");
  const { calls } = kernel;
  let used = 0;
  const fail = <T>(run: () => T): T => {
    used += 1;
    if (used === nth) throw Object.assign(new Error("EIO: planned"), { code: "EIO" });
    return run();
  };
  const broken = {
    ...calls,
    stat: (handle: number) =>
      name === "stat" ? fail(() => calls.stat(handle)) : calls.stat(handle),
    pathOf: (handle: number) =>
      name === "pathOf" ? fail(() => calls.pathOf(handle)) : calls.pathOf(handle),
  };
  return { kernel, files: filesOn(broken) };
}

suite("calls that fail", () => {
  test("K1: a root or a file that was opened is closed again when its fstat fails", async () => {
    for (const name of ["stat", "pathOf"] as const) {
      const { kernel, files } = failing(name, 1);
      const found = await files.read({ path: "/srv/one", content: "bytes" }, UNSTOPPED);
      assert.equal(found.type === "unknown" && found.fault.reason, "HostFailed");
      assert.equal(kernel.openHandles(), 0, name);
    }
    const { kernel, files } = failing("pathOf", 1);
    const request = { path: "/srv/one", content: CONTENT, attempt: "0123456789abcdef" };
    const thrown = await files.write(request, UNSTOPPED).catch((error: unknown) => error);
    assert.ok(thrown instanceof Fault && thrown.reason === "HostFailed", String(thrown));
    assert.equal(kernel.openHandles(), 0);
  });

  test("K1: the temporary file of a killed write through a link is found beside its target", async () => {
    const kernel = createSimulatedKernel();
    kernel.tamper.write("/srv/target/one", "1");
    kernel.tamper.makeDirectory("/etc");
    kernel.tamper.symlink("/etc/one", "/srv/target/one");
    kernel.injection.stopAfter(2);
    const attempt = "0123456789abcdef";
    const request = { path: "/etc/one", content: CONTENT, attempt, followLink: true };
    void filesOn(kernel.calls).write(request, UNSTOPPED);
    await new VirtualClock().settle();
    const after = kernel.crash({ ...seededRandom(1), next: () => 0.3 });
    assert.equal(after.inspect.list("/srv/target")?.length, 2);
    await filesOn(after.calls).discard({ path: "/etc/one", attempt, followLink: true }, UNSTOPPED);
    assert.deepEqual(after.inspect.list("/srv/target"), ["one"]);
    const gone = { path: "/missing/one", attempt, followLink: true };
    await filesOn(after.calls).discard(gone, UNSTOPPED);
  });

  test("K1: a write that is repeated does not put the new content in the place of the old in the backup", async () => {
    const kernel = createSimulatedKernel();
    kernel.tamper.write("/srv/one", "old");
    const files = filesOn(kernel.calls);
    const request = { path: "/srv/one", content: CONTENT, attempt: "first", backupSuffix: ".bak" };
    await files.write(request, UNSTOPPED);
    await files.write({ ...request, attempt: "second" }, UNSTOPPED);
    assert.equal(kernel.inspect.text("/srv/one.bak"), "old");
    assert.equal(kernel.openHandles(), 0);
  });

  test("K10: a directory whose mode is nobody's is never left with a mode that is on its way", async () => {
    for (const call of ["chown", "syncPath"]) {
      const kernel = createSimulatedKernel();
      kernel.injection.fail({ call }, "EIO");
      const made = filesOn(kernel.calls).makeDirectory({ path: "/made", gid: 1 }, UNSTOPPED);
      await assert.rejects(made, Fault);
      assert.equal((kernel.inspect.stat("/made")?.mode ?? 0) & 0o7777, 0o755, call);
    }
  });

  test("K1: the temporary of a write that failed does not come back with a loss of power", async () => {
    for (let seed = 1; seed <= 40; seed++) {
      const kernel = createSimulatedKernel();
      kernel.tamper.makeDirectory("/srv");
      kernel.injection.fail({ call: "chmod" }, "EIO");
      const request = {
        path: "/srv/one",
        content: CONTENT,
        mode: 0o640,
        attempt: "0123456789abcdef",
      };
      await assert.rejects(filesOn(kernel.calls).write(request, UNSTOPPED), Fault);
      assert.deepEqual(kernel.crash(seededRandom(seed)).inspect.list("/srv"), [], `${seed}`);
    }
  });

  test("K1: what nobody declares, and what is so already, needs no call", async () => {
    const kernel = createSimulatedKernel();
    kernel.tamper.write("/srv/old", "old");
    const files = filesOn(kernel.calls);
    const attempt = "0123456789abcdef";
    await files.write({ path: "/srv/new", content: CONTENT, attempt }, UNSTOPPED);
    await files.write(
      { path: "/srv/own", content: CONTENT, uid: 0, mode: 0o600, attempt },
      UNSTOPPED,
    );
    await files.makeDirectory({ path: "/srv/sub", gid: 0 }, UNSTOPPED);
    await files.setAttributes({ path: "/srv/old", uid: 0, mode: 0o644 }, UNSTOPPED);
    const called = kernel.callLog.filter((call) => /^ch(?:own|mod)/.test(call));
    assert.deepEqual(called, []);
  });

  test("K1: a file system that keeps no mode takes what declares none; a declared one is a fault that says so", async () => {
    const kernel = createSimulatedKernel();
    const { tamper, inspect } = kernel;
    tamper.write("/boot/old", "old", { mode: 0o644 });
    tamper.write("/boot/wide", "old", { mode: 0o666 });
    kernel.injection.fail({ call: /^ch(?:own|mod)/, times: 100 }, "EPERM");
    const files = filesOn(kernel.calls);
    const write = (name: string, mode?: number) => {
      const named = { path: `/boot/${name}`, attempt: "0123456789abcdef" };
      const request = { ...named, content: CONTENT, backupSuffix: ".bak" };
      return files.write(mode === undefined ? request : { ...request, mode }, UNSTOPPED);
    };
    await write("new");
    await write("old");
    assert.equal(inspect.text("/boot/old"), "new");
    assert.equal((inspect.stat("/boot/old")?.mode ?? 0) & 0o7777, 0o644);
    await files.makeDirectory({ path: "/boot/sub" }, UNSTOPPED);
    const message = /its owner or mode cannot be changed \(EPERM\)/;
    const refused = { reason: "PermissionDenied", message } as const;
    await assert.rejects(write("declared", 0o640), refused);
    // Others would lose rights silently.
    await assert.rejects(write("wide"), refused);
    const set = { path: "/boot/old", mode: 0o600 };
    await assert.rejects(files.setAttributes(set, UNSTOPPED), refused);
    const made = { path: "/boot/made", mode: 0o750 };
    await assert.rejects(files.makeDirectory(made, UNSTOPPED), refused);
    assert.deepEqual(inspect.list("/boot"), ["made", "new", "old", "old.bak", "sub", "wide"]);
  });

  test("K1: a secret has no window: nobody else can read it before its owner and mode are set", async () => {
    for (let stop = 0; stop < 12; stop++) {
      const kernel = createSimulatedKernel();
      kernel.tamper.makeDirectory("/srv");
      kernel.injection.stopAfter(stop);
      const attributes = { uid: 1_000, gid: 1_000, mode: 0o640 };
      const request = { path: "/srv/one", content: CONTENT, attempt: "first", ...attributes };
      void filesOn(kernel.calls).write(request, UNSTOPPED);
      await new VirtualClock().settle();
      for (const name of kernel.inspect.list("/srv") ?? []) {
        const { mode = 0, uid } = kernel.inspect.stat(`/srv/${name}`) ?? {};
        const isFinal = (mode & 0o7777) === 0o640 && uid === 1_000;
        assert.ok(isFinal || (mode & 0o077) === 0, `${name} is ${mode.toString(8)} after ${stop}`);
      }
    }
  });
});
