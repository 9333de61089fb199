import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { checkSimulated, refuseSimulated, type Start } from "@holdfast/testing";
import { linkKind } from "./kind.ts";
import type { LinkInput } from "./spec.ts";

const link = (input: LinkInput) => ({ kind: linkKind, name: "/srv/link", input });
const srv: Start = ({ kernel }) => {
  kernel.tamper.makeDirectory("/srv");
  kernel.tamper.write("/srv/real", "x");
};
const linkTo =
  (target: string): Start =>
  (host) => {
    srv(host);
    host.kernel.tamper.symlink("/srv/link", target);
  };
const fileThere: Start = (host) => {
  srv(host);
  host.kernel.tamper.write("/srv/link", "mine");
};
const directoryThere: Start = (host) => {
  srv(host);
  host.kernel.tamper.makeDirectory("/srv/link");
};

suite("link", () => {
  test("K10: is made as written, and turned when it leads elsewhere", async () => {
    const made = await checkSimulated(link({ target: "real" }), srv, ["state", "target"]);
    assert.equal(made.kernel.inspect.linkTarget("/srv/link"), "real");
    await checkSimulated(link({ target: "real" }), linkTo("real"), []);
    await checkSimulated(link({ target: "real" }), linkTo("/srv/real"), ["target"]);
    await checkSimulated(link({ target: "nowhere" }), linkTo("real"), ["target"]);
  });

  test("K10: a file in the way needs force, a directory is never replaced", async () => {
    await refuseSimulated(link({ target: "real" }), fileThere, "WrongType");
    await checkSimulated(link({ target: "real", force: true }), fileThere, ["type", "target"]);
    const forced = link({ target: "real", force: true });
    const fault = await refuseSimulated(forced, directoryThere, "WrongType");
    assert.match(fault.resolution, /a directory is never replaced by a link/);
  });

  test("K10: a hard link is the same file as its target", async () => {
    const input = { target: "/srv/real", hard: true };
    const made = await checkSimulated(link(input), srv, ["state", "target"]);
    assert.equal(
      made.kernel.inspect.stat("/srv/link")?.ino,
      made.kernel.inspect.stat("/srv/real")?.ino,
    );
    await refuseSimulated(link(input), fileThere, "WrongType");
    await checkSimulated(link({ ...input, force: true }), fileThere, ["target"]);
    const gone = { target: "/srv/gone", hard: true };
    const fault = await refuseSimulated(link(gone), srv, "NotFound");
    assert.match(fault.resolution, /Declare file:\/srv\/gone,/);
  });

  test("K10: absent removes a link and nothing else", async () => {
    const absent = { target: "real", state: "absent" as const };
    const host = await checkSimulated(link(absent), linkTo("real"), ["state"]);
    assert.equal(host.kernel.inspect.text("/srv/real"), "x");
    await checkSimulated(link(absent), srv, []);
    await refuseSimulated(link(absent), fileThere, "WrongType");
    const hard = { target: "/srv/real", hard: true, state: "absent" as const };
    await refuseSimulated(link(hard), fileThere, "WrongType");
    await checkSimulated(
      link(hard),
      (started) => {
        srv(started);
        started.kernel.tamper.link("/srv/link", "/srv/real");
      },
      ["state"],
    );
  });
});
