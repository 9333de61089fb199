import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
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
  fileLaws({ machine: "a mount that a child works on", isRoot }, async () =>
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

function subjectOf(root: string, files: OpenFiles): FileSubject {
  const parents = (path: string): void => {
    fs.mkdirSync(join(root, path, ".."), { recursive: true, mode: 0o755 });
  };
  return {
    files,
    uid: process.geteuid?.() ?? 0,
    tamper: {
      write(path, content) {
        parents(path);
        fs.writeFileSync(root + path, content);
      },
      truncate: (path, sizeBytes) => fs.truncateSync(root + path, sizeBytes),
      makeDirectory: (path) => fs.mkdirSync(root + path),
      symlink: (path, target) => fs.symlinkSync(target, root + path),
      link: (path, target) => fs.linkSync(root + target, root + path),
      makeSpecial: (path) => execFileSync("mkfifo", [root + path]),
      chmod: (path, mode) => fs.chmodSync(root + path, mode),
      chown: (path, uid, gid) => fs.lchownSync(root + path, uid, gid),
    },
    inspect: {
      stat: (path) => fs.lstatSync(root + path, { throwIfNoEntry: false }),
      text: (path) => fs.readFileSync(root + path, "utf8"),
      list: (path) => fs.readdirSync(root + path).sort(),
      linkTarget: (path) => fs.readlinkSync(root + path),
    },
    openHandles: () => handlesInside(root),
    async [Symbol.asyncDispose]() {
      await files[Symbol.asyncDispose]();
      for (const name of fs.readdirSync(root)) fs.rmSync(join(root, name), { recursive: true });
    },
  };
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
