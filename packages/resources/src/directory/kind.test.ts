import assert from "node:assert/strict";
import { suite, test } from "node:test";
import {
  actionOn,
  checkSimulated,
  refuseSimulated,
  simulatedRig,
  type Start,
  writeContext,
} from "@holdfast/testing";
import { directoryKind } from "./kind.ts";
import type { DirectoryInput } from "./spec.ts";

const directory = (input: DirectoryInput) => ({ kind: directoryKind, name: "/srv/app", input });
const srv: Start = ({ kernel }) => kernel.tamper.makeDirectory("/srv");
const app =
  (attributes = {}): Start =>
  (host) => {
    srv(host);
    host.kernel.tamper.makeDirectory("/srv/app", attributes);
  };
/** A directory with a file, a directory, a file in that, and a link that leads out. */
const tree: Start = (host) => {
  app()(host);
  const { tamper } = host.kernel;
  tamper.write("/srv/outside", "mine", { mode: 0o600 });
  tamper.write("/srv/app/one", "1", { mode: 0o600 });
  tamper.makeDirectory("/srv/app/deep", { mode: 0o700 });
  tamper.write("/srv/app/deep/two", "2", { mode: 0o644 });
  tamper.symlink("/srv/app/out", "/srv/outside");
};
const fileThere: Start = (host) => {
  srv(host);
  host.kernel.tamper.write("/srv/app", "mine");
};

suite("directory", () => {
  test("is made with its fields, and each that drifts is put right alone", async () => {
    const input = { mode: "0750", owner: "app", group: "app" };
    const made = await checkSimulated(directory(input), srv, ["state", "mode", "owner", "group"]);
    assert.deepEqual(made.kernel.inspect.tree("/srv/app"), ["/srv/app directory 0750 1000:1000"]);
    const good = { mode: 0o750, uid: 1000, gid: 1000 };
    await checkSimulated(directory(input), app(good), []);
    await checkSimulated(directory(input), app({ ...good, mode: 0o755 }), ["mode"]);
    await checkSimulated(directory(input), app({ ...good, gid: 0 }), ["group"]);
    await checkSimulated(directory({}), app(), []);
  });

  test("recurse puts right everything below and follows no link", async () => {
    const input = { recurse: { mode: "0644", owner: "app" } };
    const host = await checkSimulated(directory(input), tree, ["recurse.mode", "recurse.owner"]);
    assert.deepEqual(host.kernel.inspect.tree("/srv"), [
      "/srv directory 0755 0:0",
      "/srv/app directory 0755 0:0",
      "/srv/app/deep directory 0755 1000:0",
      '/srv/app/deep/two file 0644 1000:0 "2"',
      '/srv/app/one file 0644 1000:0 "1"',
      "/srv/app/out link 0777 1000:0 -> /srv/outside",
      '/srv/outside file 0600 0:0 "mine"',
    ]);
  });

  test("a missing parent is to be declared", async () => {
    const fault = await refuseSimulated(directory({}), () => {}, "NotFound");
    assert.match(fault.resolution, /Declare directory:\/srv,/);
  });

  test("another file in its place is replaced with force only", async () => {
    await refuseSimulated(directory({}), fileThere, "WrongType");
    await refuseSimulated(directory({ state: "absent" }), fileThere, "WrongType");
    const rig = simulatedRig(fileThere);
    const spec = directoryKind.bind("/srv/app", { force: true, mode: "0700" }, () => {});
    const context = writeContext(rig);
    const found = await directoryKind.observe(spec, context);
    const observed = found.type === "present" ? found.value : undefined;
    const changes = directoryKind.diff(spec, observed);
    assert.deepEqual(changes[0], {
      path: "type",
      from: "file",
      to: "directory",
      action: "replace",
    });
    await directoryKind.apply(actionOn(directoryKind, { spec, observed, changes }), context);
    assert.deepEqual(rig.host.kernel.inspect.tree("/srv/app"), ["/srv/app directory 0700 0:0"]);
  });

  test("absent removes an empty directory, a full one with force only, and no link's target", async () => {
    await checkSimulated(directory({ state: "absent" }), app(), ["state"]);
    await checkSimulated(directory({ state: "absent" }), srv, []);
    const fault = await refuseSimulated(directory({ state: "absent" }), tree, "DirectoryNotEmpty");
    assert.match(fault.resolution, /force: true/);
    const host = await checkSimulated(directory({ state: "absent", force: true }), tree, ["state"]);
    assert.equal(host.kernel.inspect.text("/srv/outside"), "mine");
  });
});
