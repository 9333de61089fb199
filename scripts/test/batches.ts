/** Test files that run one after the other in one process. */
export interface Batch {
  /** As people know it: a package, or the file that runs alone. */
  readonly name: string;
  readonly files: readonly string[];
}

/**
 * Divides test files into batches. The files of a package share a process: starting one and loading the package takes
 * longer than most of its tests. What crosses packages starts programs of its own, and runs alone. That comes first, and
 * then the packages from the largest to the smallest, so that no long batch is left over at the end.
 */
export function batchesOf(files: readonly string[]): readonly Batch[] {
  const batches = new Map<string, string[]>();
  for (const file of files) {
    const name = /^((?:packages|apps)\/.+?)\/src\//.exec(file)?.[1] ?? file;
    const batch = batches.get(name);
    if (batch === undefined) batches.set(name, [file]);
    else batch.push(file);
  }
  const rank = ({ name, files: members }: Batch) =>
    name === members[0] ? Number.MIN_SAFE_INTEGER : -members.length;
  return [...batches]
    .map(([name, members]) => ({ name, files: members.toSorted() }))
    .toSorted((one, other) => rank(one) - rank(other));
}
