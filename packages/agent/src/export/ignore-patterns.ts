import { compileGlob, Fault, isGlob } from "@holdfast/core";

/** Each glob is compared with each id. */
const MOST_GLOBS = 200;

/**
 * Reads patterns of ids, one a line: an id, a kind, or a glob over ids. Empty lines, and lines that begin with `#`, say
 * nothing. One that matches nothing is no mistake: it is there for other machines.
 * @throws {Fault} InputInvalid, for a glob that is none, and for too many.
 */
export function readIgnorePatterns(text: string): (id: string) => boolean {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const patterns = new Set(lines.filter((line) => line !== "" && !line.startsWith("#")));
  const sources = [...patterns].filter(isGlob);
  if (sources.length > MOST_GLOBS) throw mistake(`has ${sources.length} globs`, "Use fewer.");
  const globs = sources.map((source) => {
    const glob = compileGlob(source);
    if (typeof glob === "function") return glob;
    throw mistake(`the glob ${JSON.stringify(source)} ${glob.mistake}`, "Write it shorter.");
  });
  return (id) => {
    const kind = id.slice(0, id.indexOf(":"));
    return patterns.has(id) || patterns.has(kind) || globs.some((matches) => matches(id));
  };
}

function mistake(message: string, resolution: string): Fault {
  return new Fault({ reason: "InputInvalid", message: `--ignore: ${message}`, resolution });
}
