import { relative, resolve } from "node:path";

/** A path of this machine as one inside the root; `undefined` when it lies outside. */
export function pathWithin(root: string, path: string): string | undefined {
  const inside = relative(root, path);
  const isOutside = inside === ".." || inside.startsWith("../");
  return isOutside || !path.startsWith("/") ? undefined : resolve("/", inside);
}
