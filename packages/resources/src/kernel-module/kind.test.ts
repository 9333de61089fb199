import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { silentLog } from "@holdfast/core";
import { checkSimulated, simulatedRig, type Start } from "@holdfast/testing";
import type { KernelModuleInput } from "./fields.ts";
import { kernelModuleKind } from "./kind.ts";
import { loadText, rulesText } from "./module-text.ts";

const module = (input: KernelModuleInput, name = "usb-storage") => ({
  kind: kernelModuleKind,
  name,
  input,
});
const machine: Start = ({ kernel: { tamper } }) => {
  for (const path of ["/etc/modules-load.d", "/etc/modprobe.d", "/proc"])
    tamper.makeDirectory(path);
};
const made = (...parts: readonly string[]): readonly string[] =>
  parts.flatMap((part) =>
    ["state", "content", "mode", "owner", "group"].map((field) => `${part}.${field}`),
  );

suite("kernel-module", () => {
  test("K10: - and _ in a name are one module, with one file", async () => {
    for (const name of ["usb-storage", "usb_storage"]) {
      const host = await checkSimulated(module({}, name), machine, made("load"));
      const text = host.kernel.inspect.text("/etc/modules-load.d/holdfast-usb_storage.conf");
      assert.match(text ?? "", /^#.*\nusb_storage\n$/);
      const owned = kernelModuleKind.owns?.(kernelModuleKind.bind(name, {}, () => assert.fail()));
      assert.equal(owned?.[0]?.thing, "kernel-module:usb_storage");
    }
  });

  test("K10: a blacklisted module is not loaded by its name either", async () => {
    const host = await checkSimulated(module({ blacklist: true }), machine, made("modprobe"));
    assert.match(
      host.kernel.inspect.text("/etc/modprobe.d/holdfast-usb_storage.conf") ?? "",
      /^#.*\nblacklist usb_storage\ninstall usb_storage \/bin\/false\n$/,
    );
    assert.deepEqual(host.kernel.inspect.list("/etc/modules-load.d"), []);
  });

  test("K10: undeclared settings leave: a module that was loaded is blacklisted", async () => {
    const loaded: Start = (host) => {
      machine(host);
      host.kernel.tamper.write("/etc/modules-load.d/holdfast-usb_storage.conf", "usb_storage\n");
    };
    const changes = ["load.state", ...made("modprobe")];
    await checkSimulated(module({ blacklist: true }), loaded, changes);
    await checkSimulated(module({ state: "absent" }), machine, []);
  });

  test("K10: both files are described, whatever is declared; what is no field is not", async () => {
    const describedFor = async (input: KernelModuleInput, rules: string) => {
      const { host } = simulatedRig(machine);
      const { tamper } = host.kernel;
      tamper.write("/etc/modules-load.d/holdfast-usb_storage.conf", loadText("usb_storage"));
      tamper.write("/etc/modprobe.d/holdfast-usb_storage.conf", rules);
      const spec = kernelModuleKind.bind("usb-storage", input, () => assert.fail());
      const { signal } = new AbortController();
      const found = await kernelModuleKind.observe(spec, { host, signal, log: silentLog });
      return found.type === "present" ? kernelModuleKind.describe?.(spec, found.value) : found.type;
    };
    const options = { quirks: "0x1:u" };
    const rules = rulesText("usb_storage", { options, isBlacklisted: false }) ?? "";
    for (const input of [{}, { blacklist: true }, { state: "absent" }] as const) {
      assert.deepEqual(await describedFor(input, rules), { load: true, options });
      assert.equal(await describedFor(input, "alias a usb_storage\n"), undefined);
    }
  });

  test("K10: whether the kernel has it is reported where that is known", async () => {
    const detailsWith = async (modules: string | undefined) => {
      const { host } = simulatedRig(machine);
      host.kernel.tamper.write("/etc/modules-load.d/holdfast-usb_storage.conf", "");
      if (modules !== undefined) host.kernel.tamper.write("/proc/modules", modules);
      const spec = kernelModuleKind.bind("usb-storage", {}, () => assert.fail());
      const { signal } = new AbortController();
      const found = await kernelModuleKind.observe(spec, { host, signal, log: silentLog });
      return found.type === "present" ? kernelModuleKind.details?.(found.value) : found.type;
    };
    assert.deepEqual(await detailsWith("usb_storage 81920 0 - Live 0x0\n"), { loaded: true });
    assert.deepEqual(await detailsWith("usb_storage2 1 0 - Live 0x0\n"), { loaded: false });
    assert.deepEqual(await detailsWith(undefined), {});
  });
});
