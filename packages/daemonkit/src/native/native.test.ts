import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { fileURLToPath } from "node:url";
import { DaemonFault } from "../daemon-fault.ts";
import { makeScratch } from "../testing/scratch.ts";
import { loadNative, unavailableNative } from "./native.ts";

suite("native calls", () => {
  test("M8: flock keeps a second descriptor out until the first is closed", async (t) => {
    const { lockFile } = await loadNative();
    const path = join(makeScratch(t), "lock");
    const first = openSync(path, "w");
    const second = openSync(path, "r");
    assert.equal(lockFile(first), "taken");
    assert.equal(lockFile(second), "held");
    closeSync(first);
    assert.equal(lockFile(second), "taken");
    closeSync(second);
    assert.throws(() => lockFile(-1), {
      reason: "NativeFailed",
      message: "flock failed with EBADF",
    });
  });

  test("M8: asking about what is no socket is a fault with the name of the error", async (t) => {
    const { peerOf } = await loadNative();
    const descriptor = openSync(join(makeScratch(t), "file"), "w");
    assert.throws(() => peerOf(descriptor), { message: "getsockopt failed with ENOTSOCK" });
    closeSync(descriptor);
  });

  test("M9: nobody at an address is a fault that names it", async () => {
    const { sendDatagram } = await loadNative();
    assert.throws(() => sendDatagram("/no/such/socket", "x"), {
      message: "sendto /no/such/socket failed with ENOENT",
    });
    assert.throws(() => sendDatagram(`@daemonkit-nobody-${process.pid}`, "x"), /ECONNREFUSED/);
  });

  test("where koffi does not load, every call says so, and loading does not fail", () => {
    // A process of its own, in which koffi cannot be found.
    const native = fileURLToPath(new URL("native.ts", import.meta.url));
    const program = `
      import { registerHooks } from "node:module";
      registerHooks({ resolve(specifier, context, next) {
        if (specifier === "koffi") throw new Error("no koffi");
        return next(specifier, context);
      } });
      const native = await (await import(${JSON.stringify(native)})).loadNative();
      for (const call of [() => native.lockFile(0), () => native.peerOf(0), () => native.sendDatagram("/x", ""), () => native.trimMemory(), () => native.openPipe()]) {
        try { call(); } catch (error) { console.log(error.reason, error.message); }
      }`;
    const args = ["--input-type=module", "-e", program];
    const { stdout } = spawnSync(process.execPath, args, { encoding: "utf8" });
    const line =
      "NativeUnavailable locks, peer credentials and sd_notify are not available: koffi does not load here\n";
    assert.equal(stdout, line.repeat(5));
  });

  test("calls that are not there throw the fault they were given", () => {
    const fault = new DaemonFault({ reason: "Missing", message: "m", resolution: "r" });
    const native = unavailableNative(fault);
    assert.throws(() => native.lockFile(0), fault);
    assert.throws(() => native.sendDatagram("/x", ""), fault);
    assert.throws(() => native.trimMemory(), fault);
    assert.throws(() => native.openPipe(), fault);
  });
});
