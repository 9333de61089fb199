import { isAbsolute, resolve } from "node:path";
import { Fault } from "@holdfast/core";
import type { Surroundings } from "./surroundings.ts";

/**
 * A path that was written on the command line, absolute.
 * @throws {Fault} NotFound, when it is relative to a working directory that was removed.
 */
export function namedPath(path: string, { directory }: Pick<Surroundings, "directory">): string {
  if (directory !== undefined || isAbsolute(path)) return resolve(directory ?? "/", path);
  throw new Fault({
    reason: "NotFound",
    message: `${path === "" ? "an empty path" : path} cannot be found: the working directory was removed`,
    resolution: "Change to a directory that exists, or write the whole path.",
  });
}
