import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { silentLog } from "@holdfast/core";
import {
  carryOut,
  checkKindUnknown,
  checkSimulated,
  createSimulatedHost,
  type Operation,
  refuseSimulated,
  type SimulatedHost,
  simulatedActor,
  simulatedRig,
  type Start,
  VirtualClock,
} from "@holdfast/testing";
import { PASSWD_FILE, replaced, startWithAccounts } from "../account/testing/account-files.ts";
import { sshKeyKind } from "./kind.ts";
import type { SshKeyInput } from "./spec.ts";
import { ALICE, BOB } from "./testing/sample-keys.ts";

const HOME = "/srv/app";
const PATH = `${HOME}/.ssh/authorized_keys`;
const OWNER = { uid: 1000, gid: 1000 };
/** More than the time within which changes of accounts are gathered. */
const GATHERED_MS = 200;
const home: Operation = { type: "directory", path: HOME, ...OWNER };
const ssh: Operation = { type: "directory", path: `${HOME}/.ssh`, mode: 0o700, ...OWNER };

const key = (input: Partial<SshKeyInput> = {}) => ({
  kind: sshKeyKind,
  name: "a key",
  input: { user: "app", key: ALICE, ...input },
});
const after =
  (...operations: readonly Operation[]): Start =>
  (host) => {
    startWithAccounts()(host);
    const actor = simulatedActor(host.kernel);
    for (const operation of [home, ...operations]) carryOut(operation, actor);
  };
const keys = (content: string, attributes = {}): Operation => ({
  type: "write",
  path: PATH,
  content,
  mode: 0o600,
  ...OWNER,
  ...attributes,
});
const rightsOf = ({ kernel }: SimulatedHost, path: string): string => {
  const { mode = 0, uid, gid } = kernel.inspect.stat(path) ?? {};
  return `${(mode & 0o7777).toString(8)} ${uid}:${gid}`;
};

suite("ssh-key", () => {
  test("K10: a directory that its user did not get, because its making was cut off, is given to the user", async () => {
    const roots: Operation = { type: "directory", path: `${HOME}/.ssh`, mode: 0o700 };
    const cutOff = after(roots, keys(`${ALICE}\n`));
    const host = await checkSimulated(key(), cutOff, ["directory.owner"]);
    assert.equal(rightsOf(host, `${HOME}/.ssh`), "700 1000:1000");
  });

  test("K10: directory and file are made the user's, with the modes that sshd takes", async () => {
    const host = await checkSimulated(key({ options: ["no-pty"] }), after(), ["key", "options"]);
    assert.equal(host.kernel.inspect.text(PATH), `no-pty ${ALICE}\n`);
    assert.equal(rightsOf(host, PATH), "600 1000:1000");
    assert.equal(rightsOf(host, `${HOME}/.ssh`), "700 1000:1000");
  });

  test("K10: a plan shows keys so that a person knows them again", () => {
    const spec = sshKeyKind.bind("n", { user: "app", key: `${ALICE} é` }, () => assert.fail());
    const [change] = sshKeyKind.diff(spec, undefined);
    assert.deepEqual(change?.to, [`ssh-ed25519 …${ALICE.slice(-12)} é`]);
  });

  test("K10: rights with which sshd would take no key are put right", async () => {
    const start = after({ ...ssh, mode: 0o775 }, keys(`${ALICE}\n`, { mode: 0o664 }));
    const host = await checkSimulated(key(), start, ["mode", "directory.mode"]);
    assert.equal(rightsOf(host, PATH), "644 1000:1000");
    assert.equal(rightsOf(host, `${HOME}/.ssh`), "755 1000:1000");
  });

  test("K10: a key is compared by itself: text, place and comment are no difference", async () => {
    const written = after(ssh, keys(`# mine\n  no-pty   ${ALICE}   laptop \n`));
    await checkSimulated(key(), written, []);
    await checkSimulated(key({ options: ["NO-PTY"], comment: "laptop" }), written, []);
  });

  test("K10: a second line of a key without its restriction is taken away", async () => {
    const start = after(ssh, keys(`from="10.0.0.1" ${ALICE}\n${BOB}\n${ALICE}\n`));
    const host = await checkSimulated(key({ options: ['from="10.0.0.1"'] }), start, ["repeated"]);
    assert.equal(host.kernel.inspect.text(PATH), `from="10.0.0.1" ${ALICE}\n${BOB}\n`);
  });

  test("K10: set-user-id is not taken over from what somebody put there", async () => {
    const start = after(ssh, keys("# mine\n", { mode: 0o4755 }));
    const host = await checkSimulated(key(), start, ["key"]);
    assert.equal(rightsOf(host, PATH), "755 1000:1000");
  });

  test("K1: a file that a user moved or linked into the place of the keys is neither read out nor given away", async () => {
    const secret = "root's secret\n";
    for (const planted of [
      [{ type: "hard-link", path: PATH, target: "/etc/shadow" }],
      [{ type: "hard-link", path: PATH, target: "/etc/passwd" }],
      [keys(secret, { uid: 0, gid: 0, mode: 0o600 })],
      [keys(secret, { uid: 7, gid: 7, mode: 0o644 })],
    ] satisfies Operation[][]) {
      await checkKindUnknown(key(), "PathUnsafe", simulatedRig(after(ssh, ...planted)));
    }
    const another: Operation = { ...ssh, uid: 7 };
    await checkKindUnknown(key(), "PathUnsafe", simulatedRig(after(another)));
    const linked: Operation = { type: "symlink", path: `${HOME}/.ssh`, target: "/root" };
    await checkKindUnknown(key(), "PathUnsafe", simulatedRig(after(linked)));
    const roots = after(ssh, keys("# root's\n", { uid: 0, gid: 0, mode: 0o644 }));
    const host = await checkSimulated(key(), roots, ["key"]);
    assert.equal(rightsOf(host, PATH), "644 0:0");
  });

  test("K6: a user that is not there yet is planned, and refused in words", async () => {
    const fault = await refuseSimulated(key({ user: "web" }), after(), "UnknownUser");
    assert.match(fault.resolution, /user:web/);
    await checkSimulated(key({ user: "web", state: "absent" }), after(), []);
    const gone = after({ type: "remove", path: HOME });
    const homeless = await refuseSimulated(key(), gone, "NotFound");
    assert.match(homeless.resolution, /createHome/);
  });

  test("K2: the keys of a user that comes later, or moves, are watched where they are then", async () => {
    const clock = new VirtualClock();
    const host = createSimulatedHost({ clock });
    after()(host);
    const actor = simulatedActor(host.kernel);
    const { signal } = new AbortController();
    const spec = sshKeyKind.bind("a key", key({ user: "web" }).input, () => assert.fail());
    let hints = 0;
    const hint = (): void => {
      hints += 1;
    };
    const sink = { hint, overflow: () => assert.fail() };
    const watch = await sshKeyKind.watch?.([spec], { host, signal, log: silentLog }, sink);
    assert.ok(watch !== undefined);
    for (const place of ["/srv/web", "/srv/elsewhere"]) {
      carryOut(replaced("passwd", `${PASSWD_FILE}web:x:1500:1000::${place}:/bin/sh\n`), actor);
      await clock.advance(GATHERED_MS);
      const before = hints;
      carryOut({ type: "write", path: `${place}/.ssh/authorized_keys`, content: "" }, actor);
      await clock.advance(GATHERED_MS);
      assert.ok(hints > before, `${place} is watched`);
    }
    await watch[Symbol.asyncDispose]();
  });
});
