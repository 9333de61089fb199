import type { ResourceKind } from "@holdfast/core";
import { watchPaths } from "../path-watch.ts";
import { REFUSED_RISKS, riskOfRefused } from "../refused-risk.ts";
import { LINUX_SUPPORT, WATCHED_RESYNC_MS } from "../support.ts";
import { applyAptRepository } from "./apply.ts";
import { diffAptRepository, fingerprintAptRepository } from "./diff.ts";
import { type AptRepositoryInput, aptRepositorySchema } from "./fields.ts";
import {
  type AptRepositoryObserved,
  type AptRepositorySnapshot,
  describeAptRepository,
  observeAptRepository,
  snapshotAptRepositories,
} from "./observe.ts";
import {
  absentAptRepository,
  type AptRepositorySpec,
  bindAptRepository,
  neededByAptRepository,
} from "./spec.ts";
import { watchedPathsOfAptRepository } from "./watch.ts";

/** A source of packages, and the key that signs it. Its name is that of the file. */
export const aptRepositoryKind: ResourceKind<
  AptRepositorySpec,
  AptRepositoryObserved,
  AptRepositorySnapshot,
  AptRepositoryInput
> = {
  kind: "apt-repository",
  summary: "A source of packages for apt, and the key that signs it.",
  support: LINUX_SUPPORT,
  ports: ["files", "accounts", "paths", "hash"],
  schema: aptRepositorySchema,
  resyncMs: WATCHED_RESYNC_MS,
  bind: bindAptRepository,
  lanes: ({ file }) => [`path:${file.path}`],
  snapshot: snapshotAptRepositories,
  observe: observeAptRepository,
  diff: diffAptRepository,
  apply: applyAptRepository,
  risk: riskOfRefused,
  risks: REFUSED_RISKS,
  foresee: applyAptRepository,
  temporaries: ({ file }) => [{ path: file.path }],
  watch: (specs, context, sink) => watchPaths(specs, watchedPathsOfAptRepository, context, sink),
  fingerprint: fingerprintAptRepository,
  isAbsent: ({ isAbsent }) => isAbsent,
  // A write through a memory map or another hard link makes no event here.
  isFullyWatched: ({ isAbsent }) => isAbsent,
  absent: absentAptRepository,
  describe: describeAptRepository,
  owns: ({ file }) => [
    { thing: `path:${file.path}`, isWhole: true },
    { thing: "package-sources:apt", isWhole: false },
  ],
  judgedBy: neededByAptRepository,
  needs: neededByAptRepository,
};
