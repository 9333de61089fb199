import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FileType } from "@holdfast/core";
import type { Actor } from "../operations/actor.ts";
import { shownContent } from "../simulated-host/kernel/shown-content.ts";
import { typeOfMode } from "../operations/type-of-mode.ts";

/** A temporary directory of the real machine that stands for the root of a host, and goes away on disposal. */
export interface RealDirectory extends AsyncDisposable {
  /** Absolute, free of links. */
  readonly root: string;
  /** What others do in it. */
  readonly actor: Actor;
  /** Everything in it, one line each, in the form of `Inspection.tree`. */
  tree(): readonly string[];
}

/** Makes one, with mode 0755 and owned by who runs this. */
export function openRealDirectory(): RealDirectory {
  const root = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), "holdfast-real-")));
  fs.chmodSync(root, 0o755);
  return {
    root,
    actor: realActor(root),
    tree: () => treeBelow(root, ""),
    [Symbol.asyncDispose]() {
      fs.rmSync(root, { recursive: true, force: true });
      return Promise.resolve();
    },
  };
}

/** A path and everything below it, one line each. */
export function treeBelow(root: string, path: string): readonly string[] {
  return [path, ...list(root, path)].map((each) => describe(root, each));
}

/** Operations in a real directory, which stands for the root of a machine. */
export function realActor(root: string): Actor {
  const at = (path: string): string => root + path;
  return {
    typeOf: (path) => typeOf(at(path)),
    write(path, content) {
      const isNew = typeOf(at(path)) === undefined;
      fs.writeFileSync(at(path), content);
      if (isNew) fs.chmodSync(at(path), 0o644);
    },
    truncate(path, sizeBytes) {
      if (fs.lstatSync(at(path)).size > sizeBytes) fs.truncateSync(at(path), sizeBytes);
    },
    remove: (path) => fs.rmSync(at(path), { recursive: true }),
    rename: (from, to) => fs.renameSync(at(from), at(to)),
    makeDirectory(path) {
      fs.mkdirSync(at(path));
      fs.chmodSync(at(path), 0o755);
    },
    symlink: (path, target) => fs.symlinkSync(target, at(path)),
    link: (path, target) => fs.linkSync(at(target), at(path)),
    makeFifo(path) {
      execFileSync("mkfifo", [at(path)]);
      fs.chmodSync(at(path), 0o644);
    },
    chmod: (path, mode) => fs.chmodSync(at(path), mode),
    chown: (path, uid, gid) => fs.lchownSync(at(path), uid, gid),
  };
}

function typeOf(path: string): FileType | undefined {
  const stat = fs.lstatSync(path, { throwIfNoEntry: false });
  return stat === undefined ? undefined : typeOfMode(stat.mode);
}

function list(root: string, path: string): readonly string[] {
  const entries = fs.readdirSync(root + path, { withFileTypes: true });
  return entries
    .toSorted((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap((entry) => {
      const below = `${path}/${entry.name}`;
      return entry.isDirectory() ? [below, ...list(root, below)] : [below];
    });
}

function describe(root: string, path: string): string {
  const { mode, uid, gid } = fs.lstatSync(root + path);
  const type = typeOfMode(mode);
  const content =
    type === "link"
      ? ` -> ${fs.readlinkSync(root + path)}`
      : type === "file"
        ? ` ${shownContent(fs.readFileSync(root + path))}`
        : "";
  const bits = (mode & 0o7777).toString(8).padStart(4, "0");
  return `${path || "/"} ${type} ${bits} ${uid}:${gid}${content}`;
}
