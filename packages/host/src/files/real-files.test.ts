import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe } from "node:test";
import { fileLaws, type FileSubject } from "@holdfast/testing";
import { realClock } from "../system/real-clock.ts";
import { openFiles } from "./open-files.ts";
import { realFileCalls } from "./real-calls.ts";
import { openRemoteFiles } from "./remote/open-remote-files.ts";

const isRoot = process.geteuid?.() === 0;

describe("real files", () => {
  fileLaws({ machine: "the real kernel", isRoot }, () => open(false));
  fileLaws({ machine: "a mount that a child works on", isRoot }, () => open(true));
});

async function open(isRemote: boolean): Promise<FileSubject> {
  const root = fs.mkdtempSync(join(tmpdir(), "holdfast-files-"));
  const remote = openRemoteFiles({ clock: realClock });
  const remotePaths = isRemote ? [root] : [];
  const files = openFiles({ calls: realFileCalls, root, clock: realClock, remote, remotePaths });
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
      await remote[Symbol.asyncDispose]();
      fs.rmSync(root, { recursive: true });
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
