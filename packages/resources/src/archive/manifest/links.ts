import { shown, unsafe } from "./entry-path.ts";
import type { ManifestEntry, ManifestFile } from "./manifest-entry.ts";

/** Links that lead to links, at most; what Linux follows. */
const MOST_HOPS = 40;
/** Names that are walked for all links of an archive: a hostile one must not take minutes. */
const MOST_STEPS = 1_000_000;

/** What an archive holds, by path. */
type Found = ReadonlyMap<string, ManifestEntry>;

/**
 * Gives each hard link the file that it is another name of.
 * @throws {Fault} ArchiveUnsafe, when that is no file that is extracted too.
 */
export function resolveHardLinks(
  found: Found,
  select: (target: string) => string | undefined,
): Found {
  const resolved = new Map<string, ManifestEntry>();
  for (const [path, entry] of found) {
    resolved.set(path, entry.type === "hard-link" ? resolveHardLink(entry, found, select) : entry);
  }
  return resolved;
}

function resolveHardLink(
  link: ManifestEntry & { readonly type: "hard-link" },
  found: Found,
  select: (target: string) => string | undefined,
): ManifestEntry {
  const { path } = link;
  const file = fileBehind(link.target, found, select);
  if (file === undefined) {
    throw unsafe(`the hard link ${shown(path)} leads to no file that is extracted with it`);
  }
  return { type: "hard-link", path, target: file.path, mode: file.mode, sha256: file.sha256 };
}

function fileBehind(
  written: string,
  found: Found,
  select: (target: string) => string | undefined,
): ManifestFile | undefined {
  let target = written;
  for (let hops = 0; hops < MOST_HOPS; hops += 1) {
    const entry = found.get(select(target) ?? "");
    if (entry?.type === "file") return entry;
    if (entry?.type !== "hard-link") return undefined;
    target = entry.target;
  }
  return undefined;
}

/**
 * Refuses symbolic links that would lead out of the tree, also by way of other links of the archive.
 * @throws {Fault} ArchiveUnsafe.
 */
export function refuseLinksOut(found: Found): void {
  const budget = { steps: 0 };
  for (const entry of found.values()) {
    if (entry.type === "link" && leadsOut(entry, found, budget)) {
      throw unsafe(`the link ${shown(entry.path)} to ${shown(entry.target)} leads out of it`);
    }
  }
}

/** Walks as the kernel would, on what the archive holds; names that it does not hold are taken for directories. */
function leadsOut(
  link: { readonly path: string; readonly target: string },
  found: Found,
  budget: { steps: number },
): boolean {
  const place = link.path.split("/").slice(0, -1);
  const ahead = link.target.split("/").toReversed();
  if (link.target.startsWith("/")) return true;
  for (let hops = 0; ; ) {
    const name = ahead.pop();
    if (name === undefined) return false;
    budget.steps += 1;
    if (budget.steps > MOST_STEPS) throw unsafe("its links lead to each other without end");
    if (name === "" || name === ".") continue;
    if (name === "..") {
      if (place.pop() === undefined) return true;
      continue;
    }
    place.push(name);
    const entry = found.get(place.join("/"));
    if (entry?.type !== "link") continue;
    hops += 1;
    if (hops > MOST_HOPS || entry.target.startsWith("/")) return true;
    place.pop();
    ahead.push(...entry.target.split("/").toReversed());
  }
}
