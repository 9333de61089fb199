import assert from "node:assert/strict";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, test } from "node:test";
import type { HostWriter } from "@holdfast/core";
import {
  createAccounts,
  createCommands,
  createDownloads,
  openFiles,
  openPathWatches,
  openRemoteFiles,
  realClock,
  realFileCalls,
  sha256,
} from "@holdfast/host";
import { directoryKind, execKind, fileKind, lineKind, linkKind } from "@holdfast/resources";
import {
  checkKind,
  checkKindRefusal,
  type KindCase,
  type KindRig,
  simulatedOneShots,
} from "@holdfast/testing";

/** A rig on the real machine, inside a temporary directory that goes away with it. */
interface RealRig extends KindRig, AsyncDisposable {
  /** The machine's path of a path inside the root. */
  at(path: string): string;
}

function openRealRig(): RealRig {
  const root = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), "holdfast-kinds-")));
  const clock = realClock;
  const remote = openRemoteFiles({ clock });
  const files = openFiles({ calls: realFileCalls, root, clock, remote });
  const accounts = createAccounts({ clock, root });
  const host: HostWriter = {
    files,
    accounts,
    commands: createCommands({ clock, accounts, root, rootExec: "allowed" }),
    paths: openPathWatches({ clock, root }),
    hash: sha256,
    downloads: createDownloads({ clock }),
    oneShots: simulatedOneShots(),
  };
  return {
    host,
    at: (path) => join(root, path),
    tree: () => listTree(root),
    async [Symbol.asyncDispose]() {
      await files[Symbol.asyncDispose]();
      await remote[Symbol.asyncDispose]();
      fs.rmSync(root, { recursive: true });
    },
  };
}

function listTree(root: string): readonly string[] {
  const names = fs.readdirSync(root, { recursive: true, encoding: "utf8" }).toSorted();
  return names.map((name) => {
    const path = join(root, name);
    const { mode, uid, gid, ino, mtimeMs } = fs.lstatSync(path);
    return [name, mode.toString(8), uid, gid, ino, mtimeMs].join(" ");
  });
}

/** The laws on a start, which fields differ, and that the temporary directory holds no leftovers. */
async function check<Spec, Observed, Snapshot, Input>(
  trial: KindCase<Spec, Observed, Snapshot, Input>,
  start: (rig: RealRig) => void,
  expected: readonly string[],
): Promise<void> {
  await using rig = openRealRig();
  start(rig);
  const changes = await checkKind(trial, rig);
  const paths = changes.map(({ path }) => path);
  assert.deepEqual(paths, expected);
  assert.doesNotMatch(rig.tree().join("\n"), /\.holdfast-[0-9a-f]/);
}

const nothing = (): void => {};
const holding =
  (content: string | Uint8Array, mode = 0o644) =>
  (rig: RealRig): void => {
    fs.writeFileSync(rig.at("/one"), content);
    fs.chmodSync(rig.at("/one"), mode);
  };

suite("kinds on a real host", () => {
  const uid = process.getuid?.() ?? 0;
  const gid = process.getgid?.() ?? 0;

  test("K1: file", async () => {
    const input = { content: "é\n", mode: "0640", owner: uid, group: gid };
    const file = { kind: fileKind, name: "/one", input };
    await check(file, nothing, ["state", "content", "mode", "owner", "group"]);
    await check(file, holding("é\n", 0o640), []);
    await check(file, holding("é", 0o600), ["content", "mode"]);
    await check(file, holding(Uint8Array.of(0xff, 0), 0o640), ["content"]);
    await check({ ...file, input: { state: "absent" } }, holding("x"), ["state"]);
    await check({ ...file, input: { content: "y", validate: ["test", "-s", "%s"] } }, nothing, [
      "state",
      "content",
    ]);
  });

  test("K1: a directory or a FIFO in the way is refused and left alone", async () => {
    const file = { kind: fileKind, name: "/one", input: { content: "x" } };
    await using rig = openRealRig();
    fs.mkdirSync(rig.at("/one"));
    await checkKindRefusal(file, "WrongType", rig);
    await checkKindRefusal({ ...file, name: "/missing/one" }, "NotFound", rig);
  });

  test("K10: directory", async () => {
    const recurse = { mode: "0640" };
    const directory = { kind: directoryKind, name: "/app", input: { mode: "0750", recurse } };
    await check(directory, nothing, ["state", "mode"]);
    const tree = (rig: RealRig) => {
      fs.mkdirSync(rig.at("/app/deep"), { recursive: true });
      fs.writeFileSync(rig.at("/app/deep/one"), "1");
    };
    await check(directory, tree, ["mode", "recurse.mode"]);
    const absent = { state: "absent" as const, force: true };
    await check({ ...directory, input: absent }, tree, ["state"]);
    await using rig = openRealRig();
    tree(rig);
    const careful = { ...directory, input: { state: "absent" as const } };
    await checkKindRefusal(careful, "DirectoryNotEmpty", rig);
  });

  test("K10: link", async () => {
    const link = { kind: linkKind, name: "/two", input: { target: "one" } };
    await check(link, nothing, ["state", "target"]);
    await check(link, (rig) => fs.symlinkSync("three", rig.at("/two")), ["target"]);
    const hard = { ...link, input: { target: "/one", hard: true } };
    await check(hard, holding("x"), ["state", "target"]);
    await using rig = openRealRig();
    fs.writeFileSync(rig.at("/two"), "mine");
    await checkKindRefusal(link, "WrongType", rig);
  });

  test("K10: line", async () => {
    const input = { path: "/one", line: "b2", match: "^b" };
    const line = { kind: lineKind, name: "b", input };
    await check(line, holding("a\r\nb1\r\n"), ["line"]);
    await check(line, holding("a\nb2"), []);
    const block = { path: "/one", block: { marker: "app", text: "x\n" } };
    await check({ ...line, input: block }, holding("a"), ["block"]);
  });

  test("K5: exec", async () => {
    const command = ["/bin/sh", "-c", 'touch "$HOLDFAST_ROOT/done"'];
    const exec = { kind: execKind, name: "touch", input: { command, creates: "/done" } };
    await check(exec, nothing, ["ran"]);
    await check(exec, (rig) => fs.writeFileSync(rig.at("/done"), ""), []);
    const unless = 'test -e "$HOLDFAST_ROOT/done"';
    const shell = { command: command[2] ?? "", shell: true, unless };
    await check({ ...exec, input: shell }, nothing, ["ran"]);
    await check({ ...exec, input: { command, idempotencyKey: "k" } }, nothing, ["ran"]);
    await using rig = openRealRig();
    const failing = { command: ["/bin/sh", "-c", "echo no >&2; exit 3"], creates: "/done" };
    const fault = await checkKindRefusal({ ...exec, input: failing }, "CommandFailed", rig);
    assert.match(fault.message, /exit code 3: no$/);
  });
});
