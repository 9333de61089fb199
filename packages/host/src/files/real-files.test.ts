import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { decodeName, encodePath } from "@holdfast/daemonkit/machine";
import { fileLaws, type FileSubject } from "@holdfast/testing";
import { realClock } from "../system/real-clock.ts";
import { type OpenFiles, openFiles } from "./open-files.ts";
import { realFileCalls } from "./real-calls.ts";
import { openRemoteFiles } from "./remote/open-remote-files.ts";

const isRoot = process.geteuid?.() === 0;
const KEY = "/proc/sys/net/ipv4/ip_default_ttl";

describe("real files", () => {
  // One root for all laws, emptied after each: so one child can work for all of them, since it takes its time to start.
  const root = fs.mkdtempSync(join(tmpdir(), "holdfast-files-"));
  const remote = openRemoteFiles({ clock: realClock });
  after(async () => {
    await remote[Symbol.asyncDispose]();
    fs.rmSync(root, { recursive: true });
  });
  const inRoot = { calls: realFileCalls, root, clock: realClock };
  fileLaws({ machine: "the real kernel", isRoot }, async () => subjectOf(root, openFiles(inRoot)));
  fileLaws({ machine: "a mount that a child works on", isRoot, isRemote: true }, async () =>
    subjectOf(root, openFiles({ ...inRoot, remote, remotePaths: [root] })),
  );

  test("K8: a value of /proc/sys is written over, and one that the kernel does not take is ValueRefused", async (t) => {
    if (!isWritable(KEY)) return t.skip(`${KEY} cannot be written here`);
    const content = fs.readFileSync(KEY);
    await using files = openFiles({ calls: realFileCalls, root: "/", clock: realClock });
    const { signal } = new AbortController();
    // The value that it has, so that nothing of the machine changes.
    await files.overwrite({ path: KEY, content }, signal);
    const refused = files.overwrite({ path: KEY, content: Buffer.from("much") }, signal);
    await assert.rejects(refused, { reason: "ValueRefused" });
    assert.deepEqual(fs.readFileSync(KEY), content);
  });
});

function isWritable(path: string): boolean {
  try {
    fs.accessSync(path, fs.constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

async function subjectOf(root: string, files: OpenFiles): Promise<FileSubject> {
  const attributes = await realFileCalls.loadAttributes();
  assert(attributes !== undefined, "koffi is installed");
  const at = (path: string): string | Buffer => encodePath(root + path);
  const parents = (path: string): void => {
    fs.mkdirSync(encodePath(join(root, path, "..")), { recursive: true, mode: 0o755 });
  };
  return {
    files,
    uid: process.geteuid?.() ?? 0,
    tamper: {
      write(path, content) {
        parents(path);
        fs.writeFileSync(at(path), content);
      },
      truncate: (path, sizeBytes) => fs.truncateSync(at(path), sizeBytes),
      makeDirectory: (path) => fs.mkdirSync(at(path)),
      symlink: (path, target) => fs.symlinkSync(encodePath(target), at(path)),
      link: (path, target) => fs.linkSync(at(target), at(path)),
      makeSpecial: (path) => execFileSync("mkfifo", [root + path]),
      chmod: (path, mode) => fs.chmodSync(at(path), mode),
      chown: (path, uid, gid) => fs.lchownSync(at(path), uid, gid),
      setExtendedAttribute: (path, name, value) =>
        held(at(path), (file) => attributes.set(file, name, value)),
    },
    inspect: {
      stat: (path) => fs.lstatSync(at(path), { throwIfNoEntry: false }),
      text: (path) => fs.readFileSync(at(path), "utf8"),
      list: (path) => fs.readdirSync(at(path), "buffer").map(decodeName).sort(),
      linkTarget: (path) => decodeName(fs.readlinkSync(at(path), "buffer")),
      extendedAttribute: (path, name) => held(at(path), (file) => attributes.getOf(file, name)),
      modifiedNs: (path) => fs.lstatSync(at(path), { bigint: true }).mtimeNs,
    },
    openHandles: () => handlesInside(root),
    async [Symbol.asyncDispose]() {
      await files[Symbol.asyncDispose]();
      for (const name of fs.readdirSync(root, "buffer")) {
        fs.rmSync(at(`/${decodeName(name)}`), { recursive: true });
      }
    },
  };
}

function held<T>(path: string | Buffer, use: (file: number) => T): T {
  const file = fs.openSync(path, "r");
  try {
    return use(file);
  } finally {
    fs.closeSync(file);
  }
}

/** Pipes to children are none of them. */
function handlesInside(root: string): number {
  const targets = fs.readdirSync("/proc/self/fd").map((descriptor) => {
    try {
      return fs.readlinkSync(`/proc/self/fd/${descriptor}`);
    } catch {
      return "";
    }
  });
  return targets.filter((target) => target.startsWith(root)).length;
}
