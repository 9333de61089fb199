import assert from "node:assert/strict";
import { test } from "node:test";
import { createSimulatedKernel, VirtualClock } from "@holdfast/testing";
import type { FileCalls } from "../calls.ts";
import { openFiles } from "../open-files.ts";

test("D19: however deep and wide a tree is, few of its directories are open and few of its names known at once", async () => {
  const kernel = createSimulatedKernel();
  let path = "/tree";
  kernel.tamper.makeDirectory(path);
  for (let wide = 0; wide < 12_000; wide += 1) kernel.tamper.write(`${path}/file${wide}`, "x");
  for (let depth = 0; depth < 300; depth += 1) {
    path += "/d";
    kernel.tamper.makeDirectory(path);
  }
  kernel.tamper.write(`${path}/file`, "x");
  const own = kernel.callsAs({ uid: 0, gid: 0 });
  const most = { open: 0, listed: 0 };
  const calls: FileCalls = {
    ...own,
    openDirectory(directory, name) {
      const handle = own.openDirectory(directory, name);
      most.open = Math.max(most.open, kernel.openHandles());
      return handle;
    },
    async list(directory, limit) {
      const names = await own.list(directory, limit);
      most.listed = Math.max(most.listed, names.length);
      return names;
    },
  };
  await using files = openFiles({ calls, root: "/", clock: new VirtualClock() });
  const { signal } = new AbortController();
  await files.remove({ path: "/tree", recursive: true }, signal);
  assert.deepEqual(kernel.inspect.list("/"), []);
  assert.ok(most.open <= 80, `${most.open} were open`);
  assert.equal(most.listed, 10_000);
});

test("D19: a directory of too many entries is a fault, not a list", async () => {
  const own = createSimulatedKernel().callsAs({ uid: 0, gid: 0 });
  const calls: FileCalls = {
    ...own,
    list: async (_directory, most) => Array.from({ length: most }, (_, at) => String(at)),
  };
  await using files = openFiles({ calls, root: "/", clock: new VirtualClock() });
  const listed = await files.list("/", new AbortController().signal);
  assert.ok(listed.type === "unknown");
  assert.equal(listed.fault.reason, "ContentTooLarge");
});
