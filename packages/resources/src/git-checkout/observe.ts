import {
  ABSENT,
  type Checkout,
  Fault,
  type FileType,
  type Observation,
  present,
  type ReadContext,
} from "@holdfast/core";
import type { GitCheckoutSpec } from "./spec.ts";

/** What is at the path of a checkout. */
export type GitCheckoutObserved =
  | { readonly type: "other"; readonly what: FileType }
  | { readonly type: "directory"; readonly isEmpty: boolean }
  | ObservedCheckout;

/** A checkout, and the commit that it should be at. */
export interface ObservedCheckout {
  readonly type: "checkout";
  readonly checkout: Checkout;
  /** `undefined` when that is not known before something is fetched. */
  readonly wanted: string | undefined;
  /** Why the remote could not say where its branch is; then the last that was fetched is wanted. */
  readonly remoteFailure?: string;
}

/** An answer is taken again until shortly before the next observation that is due. */
const SHARE_OF_INTERVAL = 0.8;
/** When a person asks, only an answer of the same run is taken again, for the remote is observed more than once in it. */
const ASKED_MAX_AGE_MS = 3_000;

/**
 * Observes the checkout, and, for a branch that is followed, its commit at the remote.
 * @throws {Fault} RemoteUnreachable, when nothing is known of the branch; RevisionNotFound, when it is gone; what git throws.
 */
export async function observeGitCheckout(
  spec: GitCheckoutSpec,
  context: ReadContext,
): Promise<Observation<GitCheckoutObserved>> {
  const { place, target, submodules, isAbsent } = spec;
  const found = await context.host.git.observe({ place, target, submodules }, context.signal);
  switch (found.type) {
    case "absent":
      return ABSENT;
    case "checkout":
      return present(
        isAbsent
          ? { type: "checkout", checkout: found.checkout, wanted: undefined }
          : await withWanted(spec, found.checkout, context),
      );
    default:
      return present(found);
  }
}

async function withWanted(
  spec: GitCheckoutSpec,
  checkout: Checkout,
  context: ReadContext,
): Promise<ObservedCheckout> {
  const { target, source, place, intervalMs } = spec;
  if (target.type !== "branch") return { type: "checkout", checkout, wanted: checkout.known };
  const { user } = place;
  const head = await context.host.git.branchHead(
    {
      source,
      branch: target.name,
      ...(user === undefined ? {} : { user }),
      maxAgeMs: Math.min(
        intervalMs * SHARE_OF_INTERVAL,
        context.isAsked === true ? ASKED_MAX_AGE_MS : Number.POSITIVE_INFINITY,
      ),
    },
    context.signal,
  );
  if (head.type === "absent") throw branchGone(spec);
  if (head.type === "known") return { type: "checkout", checkout, wanted: head.commit };
  // The machine can be kept at the commit that was fetched last, whatever happens to it meanwhile.
  if (checkout.known === undefined) throw head.fault;
  const { message } = head.fault;
  return { type: "checkout", checkout, wanted: checkout.known, remoteFailure: message };
}

function branchGone({ source, target }: GitCheckoutSpec): Fault {
  return new Fault({
    reason: "RevisionNotFound",
    message: `${source.repository} has no branch ${target.name}`,
    resolution: "Correct the name, or push the branch.",
  });
}
