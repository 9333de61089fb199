import type { GitCheckoutSpec } from "./spec.ts";

/**
 * What tells of another commit, another configuration or something staged, and of entries that come or go at the top. What
 * becomes of the other files is seen by the next observation.
 */
export function watchedPathsOfGitCheckout({ place, target }: GitCheckoutSpec): readonly string[] {
  const { path } = place;
  const git = `${path}/.git`;
  const ref = target.type === "branch" ? [`${git}/refs/remotes/origin/${target.name}`] : [];
  return [
    path,
    git,
    ...["HEAD", "config", "index", "packed-refs"].map((name) => `${git}/${name}`),
    ...ref,
  ];
}
