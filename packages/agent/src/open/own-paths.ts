import { realpath } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { Fault } from "@holdfast/core";
import type { Records } from "../agent.ts";

/** The policy of an agent that was given none, under its root. */
export const POLICY_FILE = "/etc/holdfast/policy.yaml";

/** Where an agent keeps what is its own, on the machine's paths. */
export interface OwnPaths {
  readonly ledger: string;
  /** Where the contents of files are kept that were overwritten. */
  readonly preimages: string;
  readonly lock: string;
  /** Where the agent of a root serves its control socket. */
  readonly socket: string;
  /** Of things that do not outlive a boot; on a real machine a tmpfs. */
  readonly runDirectory: string;
}

/**
 * The agent's own paths under a root.
 * @throws {Fault} PathUnsafe, when a link leads one of them out of the root.
 */
export async function ownPathsUnder(root: string, records: Records): Promise<OwnPaths> {
  const runDirectory = join(root, "run/holdfast");
  const isAgent = records === "agent";
  const ledger = isAgent
    ? join(root, "var/lib/holdfast/ledger.jsonl")
    : join(runDirectory, "installer.jsonl");
  await requireInside(root, runDirectory);
  await requireInside(root, ledger);
  const lock = join(runDirectory, `${records}.lock`);
  const preimages = join(dirname(ledger), isAgent ? "preimages" : "installer-preimages");
  return { ledger, preimages, lock, socket: join(runDirectory, "control.sock"), runDirectory };
}

/**
 * Refuses a path that a link leads out of the root; a path that does not exist yet, or may not be read, is judged by
 * its nearest readable parent.
 * @throws {Fault} PathUnsafe, also when something on the way is no directory.
 */
export async function requireInside(root: string, path: string): Promise<void> {
  if (root === "/") return;
  const inside = relative(await realpath(root), await realpathOfExisting(path));
  if (inside !== ".." && !inside.startsWith("../")) return;
  throw new Fault({
    reason: "PathUnsafe",
    message: `${path} leads out of ${root}`,
    resolution: "Remove the link that leads out of the root.",
  });
}

async function realpathOfExisting(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOTDIR") throw blockedFault(path, error);
    const isOutOfSight = code === "ENOENT" || code === "EACCES";
    if (!isOutOfSight || dirname(path) === path) throw error;
    return realpathOfExisting(dirname(path));
  }
}

function blockedFault(path: string, cause: unknown): Fault {
  return new Fault({
    reason: "PathUnsafe",
    message: `${path} cannot be: something on the way to it is no directory`,
    resolution: "Check what is at that path, and move it away.",
    cause,
  });
}
