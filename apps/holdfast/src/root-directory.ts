import { type Stats, statSync } from "node:fs";
import { Fault } from "@holdfast/core";
import type { CommandOptions } from "./commands/command-options.ts";
import { namedPath } from "./named-path.ts";
import type { Surroundings } from "./surroundings.ts";

/**
 * `--root` as an absolute path; `/` without it.
 * @throws {Fault} NotFound, NotPrivileged; UsageInvalid, when it is no directory.
 */
export function rootOf({ root }: CommandOptions, surroundings: Surroundings): string {
  if (root === undefined) return "/";
  // An empty word would stand for the working directory.
  const path = root === "" ? "" : namedPath(root, surroundings);
  if (entryAt(path)?.isDirectory() === true) return path;
  throw new Fault({
    reason: "UsageInvalid",
    message: `--root: ${JSON.stringify(path)} is no directory`,
    resolution: "Name the directory that stands for /.",
  });
}

function entryAt(path: string): Stats | undefined {
  if (path === "") return undefined;
  try {
    return statSync(path);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT") {
      throw new Fault({
        reason: "NotFound",
        message: `--root: there is no directory ${JSON.stringify(path)}`,
        resolution: `Correct the path, or make it first: mkdir -p ${path}`,
        cause: error,
      });
    }
    if (code === "EACCES") {
      throw new Fault({
        reason: "NotPrivileged",
        message: `--root: this user may not read ${path}`,
        resolution: "Run it as a user who may.",
        cause: error,
      });
    }
    if (code === "ENOTDIR" || code === "ELOOP" || code === "ENAMETOOLONG") return undefined;
    throw new Fault({
      reason: "HostFailed",
      message: `--root: ${path} cannot be read: ${String(code ?? error)}`,
      resolution: "Check whether its file system is well.",
      cause: error,
    });
  }
}
