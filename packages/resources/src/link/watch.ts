import type { LinkSpec } from "./spec.ts";

/** The path of a link; for a hard one also its target, which may become another file. */
export function watchedPathsOfLink({ path, target, hard }: LinkSpec): readonly string[] {
  return hard ? [path, target] : [path];
}
