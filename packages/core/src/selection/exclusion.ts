import { compileGlob, type Glob } from "./glob.ts";

/** Tells whether an entry of a tree is excluded, by its path from the top of the tree on. */
export type Exclusion = (path: string) => boolean;

/** Each is compared with each entry. */
const MOST_GLOBS = 32;

/** Why there is no exclusion: a text that completes "the glob …", and which of the globs it is about. */
export interface ExclusionMistake {
  readonly position: number;
  readonly mistake: string;
}

/**
 * Makes one test of many globs. A glob without a slash means a name at any depth (`*.bak`, `.git`); one with a slash means a
 * path from the top of the tree on (`cache/*.tmp`, `/local.conf`). What is below an excluded directory is excluded with it:
 * a walk of a tree does not enter it.
 */
export function compileExclusion(globs: readonly string[]): Exclusion | ExclusionMistake {
  if (globs.length > MOST_GLOBS) {
    return { position: MOST_GLOBS, mistake: `is one too many; at most ${MOST_GLOBS} are possible` };
  }
  const ofNames: Glob[] = [];
  const ofPaths: Glob[] = [];
  for (const [position, source] of globs.entries()) {
    const mistake = mistakeIn(source);
    if (mistake !== undefined) return { position, mistake };
    const glob = compileGlob(source.replace(/^\//, ""));
    if (typeof glob !== "function") return { position, mistake: glob.mistake };
    (source.includes("/") ? ofPaths : ofNames).push(glob);
  }
  return (path) => {
    if (ofPaths.some((matches) => matches(path))) return true;
    if (ofNames.length === 0) return false;
    const name = path.slice(path.lastIndexOf("/") + 1);
    return ofNames.some((matches) => matches(name));
  };
}

/** Tells whether an entry, or a directory that it is in, is excluded. */
export function isExcludedBelow(isExcluded: Exclusion, path: string): boolean {
  for (let slash = path.indexOf("/"); slash >= 0; slash = path.indexOf("/", slash + 1)) {
    if (isExcluded(path.slice(0, slash))) return true;
  }
  return isExcluded(path);
}

/** What would match nothing, and so leave alone nothing of what its author meant. */
function mistakeIn(source: string): string | undefined {
  if (/^\/?$/.test(source)) return "is empty";
  if (source.endsWith("/")) return "ends in a slash; write it without, it covers what is below too";
  if (source.startsWith("!")) return "begins with !; nothing is taken back from an exclusion";
  if (source.startsWith("./") || /(?:^|\/)\.\.(?:\/|$)/.test(source)) {
    return "has . or .. in it; write the path from the top of the tree on";
  }
  return undefined;
}
