/** A path that a package gave away, so that what others ship for it lands elsewhere (dpkg-divert(1)). */
export interface Diversion {
  readonly from: string;
  readonly to: string;
  /** The package that keeps `from` for itself; `:` when it is the machine's owner. */
  readonly by: string;
}

/** Reads dpkg's list of diversions: three lines each. What is left over is dropped. */
export function parseDiversions(text: string): readonly Diversion[] {
  const lines = text.split("\n");
  const diversions: Diversion[] = [];
  for (let at = 0; at + 2 < lines.length; at += 3) {
    const [from = "", to = "", by = ""] = lines.slice(at, at + 3);
    if (from.startsWith("/") && to.startsWith("/")) diversions.push({ from, to, by });
  }
  return diversions;
}

/**
 * The paths that a package must have listed for one of them to have landed at `path`: it by itself unless another has
 * diverted it, and those that are diverted to it.
 */
export function listedFormsOf(
  path: string,
  packageName: string,
  diversions: readonly Diversion[],
): readonly string[] {
  const [name = packageName] = packageName.split(":");
  return aliasesOf(path).flatMap((alias) => {
    const isTaken = diversions.some(({ from, by }) => from === alias && by !== name);
    const diverted = diversions.filter(({ to, by }) => to === alias && by !== name);
    return [...(isTaken ? [] : [alias]), ...diverted.map(({ from }) => from)];
  });
}

/** A path and the other name it has where /bin, /sbin and /lib are links into /usr: packages list either. */
function aliasesOf(path: string): readonly string[] {
  const top = /^(\/usr)?(\/(?:bin|sbin|lib|lib32|lib64|libx32|libo32)\/.*)$/s.exec(path);
  if (top === null) return [path];
  const [, usr, rest = path] = top;
  return [path, usr === undefined ? `/usr${rest}` : rest];
}
