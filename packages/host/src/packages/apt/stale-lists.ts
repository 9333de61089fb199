import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { resolveInside } from "../../system/resolve-inside.ts";

/** apt writes into the second whenever it fetches, also when nothing is new. */
const LISTS = ["/var/lib/apt/lists", "/var/lib/apt/lists/partial"];

/**
 * Whether a source was changed, added or removed after the lists were last fetched, in the machine at a root: by the times
 * that the file system keeps. False where nothing was ever fetched: that shows as packages which no source offers.
 */
export function areListsStale(root: string, sources: readonly string[]): boolean {
  const fetchedMs = Math.max(...LISTS.map((path) => changedMs(root, path) ?? 0));
  if (fetchedMs === 0) return false;
  // The kernel's clock is coarse: of two at one moment nobody knows which was first.
  const files = sources.flatMap((path) => [path, ...namesIn(root, path)]);
  return files.some((path) => (changedMs(root, path) ?? 0) >= fetchedMs);
}

function changedMs(root: string, path: string): number | undefined {
  const full = resolveInside(root, path);
  return full === undefined ? undefined : lstatSync(full, { throwIfNoEntry: false })?.mtimeMs;
}

function namesIn(root: string, path: string): readonly string[] {
  const full = resolveInside(root, path);
  if (full === undefined || lstatSync(full).isDirectory() === false) return [];
  return readdirSync(full).map((name) => join(path, name));
}
