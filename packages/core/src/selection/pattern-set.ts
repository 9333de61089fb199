import type { Diagnosed, Diagnostic } from "../fault/diagnostic.ts";
import type { Resource } from "../resource/resource.ts";
import { compileGlob, type Glob, isGlob } from "./glob.ts";

/** Patterns that one option was given with. Remembers which of them have matched. */
export interface PatternSet {
  /** How many globs a resource may be compared with. */
  readonly globs: number;
  /** Tells whether any of them means the resource. The number of ids, kinds and tags among them does not matter. */
  matches(resource: Pick<Resource, "id" | "kind" | "meta">): boolean;
  /** Those that have meant nothing so far, in their order. */
  unused(): readonly string[];
}

/** Each glob is compared with each resource. */
const MOST_GLOBS = 16;

/** Reads the patterns of an option. What is too long or too much for a glob is an error. */
export function readPatterns(option: string, patterns: readonly string[]): Diagnosed<PatternSet> {
  const unused = new Set(patterns);
  const words = new Set(patterns);
  const sources = [...words].filter(isGlob);
  if (sources.length > MOST_GLOBS) return { diagnostics: [tooManyGlobs(option, sources.length)] };
  const compiled = sources.map((source) => ({ source, glob: compileGlob(source) }));
  const diagnostics = compiled.flatMap(({ source, glob }) =>
    typeof glob === "function" ? [] : [wrongGlob(option, source, glob.mistake)],
  );
  if (diagnostics.length > 0) return { diagnostics };
  const globs = compiled.filter((one): one is NamedGlob => typeof one.glob === "function");
  const use = (pattern: string): boolean => {
    if (!words.has(pattern)) return false;
    unused.delete(pattern);
    return true;
  };
  const value: PatternSet = {
    globs: globs.length,
    unused: () => [...unused],
    matches({ id, kind, meta }) {
      // Every one is asked, so that each that means something counts as used.
      let isMeant = use(id);
      if (use(kind)) isMeant = true;
      for (const tag of meta.tags ?? []) if (use(tag)) isMeant = true;
      for (const { source, glob } of globs) if (glob(id) && use(source)) isMeant = true;
      return isMeant;
    },
  };
  return { value, diagnostics };
}

interface NamedGlob {
  readonly source: string;
  readonly glob: Glob;
}

function tooManyGlobs(option: string, count: number): Diagnostic {
  const detail = `There are ${count} globs; at most ${MOST_GLOBS} are possible. Name kinds, tags or ids: of these there may be as many as you like.`;
  return { severity: "error", address: option, summary: "Too many globs", detail };
}

function wrongGlob(option: string, source: string, mistake: string): Diagnostic {
  const shown = source.length > 60 ? `${source.slice(0, 59)}…` : source;
  const detail = `The glob "${shown}" ${mistake}.`;
  return { severity: "error", address: option, summary: "Wrong glob", detail };
}
