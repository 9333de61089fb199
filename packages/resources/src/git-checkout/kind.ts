import type { JsonObject, ResourceKind } from "@holdfast/core";
import { watchPaths } from "../path-watch.ts";
import { LINUX_SUPPORT } from "../support.ts";
import { applyGitCheckout } from "./apply.ts";
import { describeGitCheckout, diffGitCheckout, fingerprintGitCheckout } from "./diff.ts";
import { type GitCheckoutObserved, observeGitCheckout } from "./observe.ts";
import { GIT_CHECKOUT_RISKS, riskOfGitCheckout } from "./risk.ts";
import {
  absentGitCheckout,
  bindGitCheckout,
  type GitCheckoutInput,
  type GitCheckoutSpec,
  gitCheckoutSchema,
  neededByGitCheckout,
} from "./spec.ts";
import { watchedPathsOfGitCheckout } from "./watch.ts";
import { isBelow } from "../brought-things.ts";

/** How often files are compared with their commit: nothing tells when one of thousands changes. */
const RESYNC_MS = 300_000;

/** A checkout of a git repository. Its name is its path. */
export const gitCheckoutKind: ResourceKind<
  GitCheckoutSpec,
  GitCheckoutObserved,
  undefined,
  GitCheckoutInput
> = {
  kind: "git-checkout",
  summary: "A checkout of a git repository: a branch that is followed, a tag, or a commit.",
  support: LINUX_SUPPORT,
  ports: ["git", "paths"],
  schema: gitCheckoutSchema,
  resyncMs: RESYNC_MS,
  resyncMsOf: ({ target, intervalMs }) =>
    target.type === "branch" ? Math.min(intervalMs, RESYNC_MS) : RESYNC_MS,
  bind: bindGitCheckout,
  secretFields: ["token", "sshKey"],
  lanes: ({ place }) => [`path:${place.path}`],
  observe: observeGitCheckout,
  diff: diffGitCheckout,
  apply: applyGitCheckout,
  risk: riskOfGitCheckout,
  risks: GIT_CHECKOUT_RISKS,
  foresee: applyGitCheckout,
  watch: (specs, context, sink) => watchPaths(specs, watchedPathsOfGitCheckout, context, sink),
  fingerprint: fingerprintGitCheckout,
  intentOf: (_spec, observed) => (observed.type === "checkout" ? observed.wanted : undefined),
  details: gitCheckoutDetails,
  isAbsent: ({ isAbsent }) => isAbsent,
  // Files below, and where a branch is at its remote, are seen by observing only.
  isFullyWatched: () => false,
  absent: absentGitCheckout,
  describe: describeGitCheckout,
  brings: ({ place }, thing) => isBelow(thing, place.path),
  needs: neededByGitCheckout,
  owns: ({ place }) => [{ thing: `path:${place.path}`, isWhole: true }],
};

function gitCheckoutDetails(observed: GitCheckoutObserved): JsonObject {
  if (observed.type !== "checkout") return {};
  const { checkout, remoteFailure } = observed;
  const { repository, head, kept } = checkout;
  return {
    ...(repository === undefined ? {} : { repository }),
    ...(head === undefined ? {} : { revision: head }),
    ...(kept.length === 0 ? {} : { kept: [...kept] }),
    ...(remoteFailure === undefined ? {} : { remoteFailure }),
  };
}
