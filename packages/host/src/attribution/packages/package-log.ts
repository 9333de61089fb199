import type { PackageAttribution } from "@holdfast/core";
import { findAptRun } from "./apt-history.ts";
import type { DpkgEntry } from "./dpkg-log.ts";
import { findOwner } from "./dpkg-ownership.ts";
import { type LoggedSpan, readDpkgLog, type Span } from "./read-dpkg-log.ts";

/** Packages whose lists are looked into for one change. */
const MOST_PACKAGES = 64;

/** What the package log says of a change. */
export type PackageFinding =
  | { readonly type: "found"; readonly attribution: PackageAttribution }
  | { readonly type: "nothing" }
  | { readonly type: "incomplete"; readonly detail: string };

/** A change that packages may have made. */
export interface PackageQuestion {
  readonly root: string;
  /** Inside the root, by every name they have. */
  readonly paths: readonly string[];
  readonly span: Span;
}

/**
 * What dpkg was doing around a change, and whether a package that it worked on has one of the paths. Only dpkg's log is
 * read, so of the tools of other systems nothing is known.
 */
export async function findPackage(
  { root, paths, span }: PackageQuestion,
  signal: AbortSignal,
): Promise<PackageFinding> {
  const logged = await readDpkgLog(root, span, signal);
  if (logged === undefined) return { type: "incomplete", detail: "there is no log of dpkg here" };
  const packages = packagesIn(logged);
  const [newest] = packages;
  if (newest === undefined) return { type: "nothing" };
  const owner = await findOwner(root, packages.slice(0, MOST_PACKAGES), paths);
  const attribution = attributionOf(logged.entries, owner ?? newest, owner !== undefined);
  const run = await findAptRun(root, attribution.atMs);
  return {
    type: "found",
    attribution: {
      ...attribution,
      ...(run?.command === undefined ? {} : { command: run.command }),
      ...(run?.requestedBy === undefined ? {} : { requestedBy: run.requestedBy }),
    },
  };
}

/** Newest first. */
function packagesIn({ entries }: LoggedSpan): readonly string[] {
  return [...new Set(entries.map((entry) => entry.package))];
}

function attributionOf(
  entries: readonly DpkgEntry[],
  name: string,
  isOwner: boolean,
): PackageAttribution {
  const own = entries.filter((entry) => entry.package === name);
  // The step that puts files in place is reported before later steps.
  const operation =
    own.find((entry) => entry.type === "action" && PLACES_FILES.has(entry.action)) ??
    own.find(({ type }) => type === "action") ??
    own[0];
  // What stands there after the operation may still be that of the version before.
  const version = operation?.version;
  return {
    type: "package",
    tool: "dpkg",
    package: name,
    ...(version === undefined ? {} : { version }),
    action: operation?.type === "action" ? operation.action : "configure",
    evidence: isOwner ? "owner" : "ran",
    atMs: operation?.atMs ?? 0,
  };
}

const PLACES_FILES: ReadonlySet<string> = new Set(["install", "upgrade", "remove", "purge"]);
