import { lstatSync, readlinkSync } from "node:fs";
import { join, resolve } from "node:path";

/** The kernel's own bound (path_resolution(7)). */
const MOST_LINKS = 40;

/**
 * The full path of `path` inside `root`, every symbolic link resolved inside the root as chroot(2) would; `undefined`
 * when something on the way is missing. For reading what tells of the machine, not for writing: it may be another
 * file by the time it is opened.
 */
export function resolveInside(root: string, path: string): string | undefined {
  const left = path.split("/");
  const passed: string[] = [];
  let links = 0;
  for (let name = left.shift(); name !== undefined; name = left.shift()) {
    if (name === "" || name === ".") continue;
    if (name === "..") {
      passed.pop();
      continue;
    }
    const full = join(resolve(root), ...passed, name);
    const entry = lstatSync(full, { throwIfNoEntry: false });
    if (entry === undefined) return undefined;
    if (!entry.isDirectory() && !entry.isSymbolicLink() && left.length > 0) return undefined;
    if (!entry.isSymbolicLink()) {
      passed.push(name);
      continue;
    }
    links += 1;
    if (links > MOST_LINKS) return undefined;
    const target = readlinkSync(full);
    if (target.startsWith("/")) passed.length = 0;
    left.unshift(...target.split("/"));
  }
  return join(resolve(root), ...passed);
}
