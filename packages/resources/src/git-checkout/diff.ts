import { type Change, change, type CheckoutContent, unreachable } from "@holdfast/core";
import type { GitCheckoutObserved, ObservedCheckout } from "./observe.ts";
import type { GitCheckoutInput, GitCheckoutSpec } from "./spec.ts";

const WANTED_TYPE = "git checkout";
/** Of many changed files so many are named. */
const MOST_NAMED = 5;

/** Compares what is at the path with the checkout that is declared. */
export function diffGitCheckout(
  spec: GitCheckoutSpec,
  observed: GitCheckoutObserved | undefined,
): readonly Change[] {
  if (spec.isAbsent) return observed === undefined ? [] : [change("state", "present", undefined)];
  if (observed === undefined) return made(spec);
  switch (observed.type) {
    case "other":
      return [change("type", observed.what, WANTED_TYPE)];
    case "directory":
      return observed.isEmpty ? made(spec) : [change("type", "directory", WANTED_TYPE)];
    case "checkout":
      return diffCheckout(spec, observed);
    default:
      return unreachable(observed);
  }
}

function made({ target }: GitCheckoutSpec): readonly Change[] {
  return [change("state", undefined, "present"), change(target.type, undefined, target.name)];
}

function diffCheckout(
  { source, target }: GitCheckoutSpec,
  { checkout, wanted }: ObservedCheckout,
): readonly Change[] {
  const { repository, isConfigured, head, content } = checkout;
  const isAtTarget =
    target.type === "revision" ? head?.startsWith(target.name) === true : head === wanted;
  return [
    ...(repository === source.repository
      ? []
      : [change("repository", repository, source.repository)]),
    ...(isConfigured || repository !== source.repository
      ? []
      : [change("config", "changed", "as declared")]),
    ...(isAtTarget && head !== undefined ? [] : [change("revision", head, wanted ?? target.name)]),
    ...diffContent(content),
  ];
}

function diffContent(content: CheckoutContent): readonly Change[] {
  switch (content.type) {
    case "clean":
    // Then something else differs already.
    case "unobserved":
      return [];
    case "damaged":
      return [change("content", "git cannot read it", "as committed")];
    case "changed": {
      const named = content.paths.slice(0, MOST_NAMED).join(", ");
      const more = content.count > MOST_NAMED ? `, and ${content.count - MOST_NAMED} more` : "";
      return [change("content", `changed: ${named}${more}`, "as committed")];
    }
    default:
      return unreachable(content);
  }
}

/** The state of a checkout as a short text. Work that is kept aside is no part of it. */
export function fingerprintGitCheckout(observed: GitCheckoutObserved): string {
  if (observed.type !== "checkout") return JSON.stringify(observed);
  const { repository, isConfigured, head, content } = observed.checkout;
  return JSON.stringify([repository, isConfigured, head, observed.wanted, content]);
}

/** The checkout that is there, at its commit; `undefined` for one with local work, which no repository has. */
export function describeGitCheckout(
  { source, place, submodules, depth }: GitCheckoutSpec,
  observed: GitCheckoutObserved,
): GitCheckoutInput | undefined {
  if (observed.type !== "checkout") return undefined;
  const { repository, isConfigured, head, content } = observed.checkout;
  const isWhole = isConfigured && content.type === "clean";
  if (!isWhole || repository === undefined || head === undefined) return undefined;
  const { repository: declared, ...credentials } = source;
  return {
    repository,
    revision: head,
    ...(repository === declared ? credentials : {}),
    ...(depth === undefined ? {} : { depth }),
    ...(submodules ? { submodules } : {}),
    ...(place.user === undefined ? {} : { owner: place.user }),
  };
}
