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

test("K1: of a tree all is removed that can be, and what is left is one fault with its names and their number", async () => {
  const kernel = createSimulatedKernel();
  const { tamper, inspect, injection } = kernel;
  for (let at = 0; at < 9; at += 1) tamper.write(`/tree/sub${at % 2}/file${at}`, "x");
  tamper.write("/tree/caf\udce9", "x");
  injection.fail({ call: "unlink", name: /file[157]|caf/, times: 9 }, "EPERM");
  await using files = openFiles({ calls: kernel.calls, root: "/", clock: new VirtualClock() });
  const removal = files.remove({ path: "/tree", recursive: true }, new AbortController().signal);
  await assert.rejects(removal, {
    reason: "PermissionDenied",
    message: /cannot remove \/tree: 4 entries failed, .*file1 \(PermissionDenied\).* and 1 more; /,
  });
  assert.deepEqual(inspect.list("/tree"), ["caf\udce9", "sub1"]);
  assert.deepEqual(inspect.list("/tree/sub1"), ["file1", "file5", "file7"]);
  assert.equal(kernel.openHandles(), 0);
});

test("K1: a user removes also what is in directories that are closed to their owner", async () => {
  const kernel = createSimulatedKernel();
  const { tamper, inspect } = kernel;
  const own = { uid: 1000, gid: 1000 };
  tamper.makeDirectory("/home", { ...own });
  tamper.makeDirectory("/home/tree", own);
  tamper.makeDirectory("/home/tree/closed", own);
  tamper.write("/home/tree/closed/file", "x", own);
  tamper.chmod("/home/tree/closed", 0o200);
  tamper.chmod("/home/tree", 0);
  const calls = kernel.callsAs(own);
  await using files = openFiles({ calls, root: "/", clock: new VirtualClock() });
  await files.remove({ path: "/home/tree", recursive: true }, new AbortController().signal);
  assert.deepEqual(inspect.list("/home"), []);
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
