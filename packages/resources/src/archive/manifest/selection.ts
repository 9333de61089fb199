import { compileGlob } from "@holdfast/core";
import { namesOf, pathsAbove } from "./entry-path.ts";

/** What of an archive is extracted. */
export interface ArchiveSelection {
  readonly strip: number;
  readonly exclude: readonly string[];
  readonly setuid: boolean;
}

/**
 * Makes what says where a path of the archive comes to be; `undefined` for one that is not extracted.
 * @throws {Fault} ArchiveUnsafe.
 */
export function selector({
  strip,
  exclude,
}: ArchiveSelection): (path: string) => string | undefined {
  const globs = exclude.map((glob) => compileGlob(glob)).filter((one) => typeof one === "function");
  return (written) => {
    const names = namesOf(written).slice(strip);
    const path = names.join("/");
    if (path === "") return undefined;
    const isExcluded = [...pathsAbove(path), path].some((one) => globs.some((glob) => glob(one)));
    return isExcluded ? undefined : path;
  };
}
