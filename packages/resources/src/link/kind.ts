import type { ResourceKind } from "@holdfast/core";
import { watchPaths } from "../path-watch.ts";
import { POSIX_SUPPORT, WATCHED_RESYNC_MS } from "../support.ts";
import { applyLink } from "./apply.ts";
import { diffLink, fingerprintLink } from "./diff.ts";
import {
  describeLink,
  type LinkObserved,
  type LinkSnapshot,
  observeLink,
  snapshotLinks,
} from "./observe.ts";
import { LINK_RISKS, riskOfLink } from "./risk.ts";
import {
  absentLink,
  bindLink,
  type LinkInput,
  type LinkSpec,
  isUndoneByChange,
  linkSchema,
  neededByLink,
  ownedByLink,
} from "./spec.ts";
import { watchedPathsOfLink } from "./watch.ts";
import { isBelow } from "../brought-things.ts";

/** A symbolic or hard link. Its name is its path. */
export const linkKind: ResourceKind<LinkSpec, LinkObserved, LinkSnapshot, LinkInput> = {
  kind: "link",
  summary: "A symbolic or hard link.",
  support: POSIX_SUPPORT,
  ports: ["files", "paths"],
  schema: linkSchema,
  resyncMs: WATCHED_RESYNC_MS,
  bind: bindLink,
  lanes: (spec) => [`path:${spec.path}`],
  snapshot: snapshotLinks,
  observe: observeLink,
  diff: diffLink,
  apply: applyLink,
  risk: riskOfLink,
  risks: LINK_RISKS,
  foresee: applyLink,
  temporaries: ({ path }) => [{ path }],
  watch: (specs, context, sink) => watchPaths(specs, watchedPathsOfLink, context, sink),
  fingerprint: fingerprintLink,
  isAbsent: (spec) => spec.isAbsent,
  absent: absentLink,
  describe: describeLink,
  brings: ({ path }, thing) => isBelow(thing, path),
  needs: neededByLink,
  isFullyWatched: ({ hard }) => !hard,
  isUndoneBy: isUndoneByChange,
  owns: ownedByLink,
};
