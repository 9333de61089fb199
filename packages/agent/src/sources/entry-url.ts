/**
 * The URL of another entry of the program: a module that is started or imported by name, not by an import statement.
 * From source it is found by its path relative to the module that asks; in the bundle every entry lies beside the
 * others, and modules that share code in `chunks`, or all of them, lie in the same folder.
 */
export function entryUrl(from: string, sourcePath: string): URL {
  if (from.endsWith(".ts")) return new URL(sourcePath, from);
  const name = sourcePath.slice(sourcePath.lastIndexOf("/") + 1).replace(/\.ts$/, ".js");
  const isInChunks = new URL(".", from).pathname.endsWith("/chunks/");
  return new URL(isInChunks ? `../${name}` : `./${name}`, from);
}
