import { join } from "node:path";

/** What the place of a control socket depends on. */
export interface SocketPlace {
  /** Absolute. */
  readonly root: string;
  /** The effective user; `undefined` where the platform has none. */
  readonly userId: number | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** What the path of a Unix socket may be long on every system, its end not counted. */
export const LONGEST_SOCKET_PATH_BYTES = 103;

/**
 * Where the agent of a root serves its control socket: below the root, and for a user without rights on `/` in the
 * runtime directory of that user; `undefined` where there is none.
 */
export function controlSocketPath({ root, userId, environment }: SocketPlace): string | undefined {
  if (root !== "/" || userId === undefined || userId === 0) {
    return join(root, "run/holdfast/control.sock");
  }
  const runtimeDirectory = environment["XDG_RUNTIME_DIR"] ?? "";
  // A relative one is to be ignored, says the specification of base directories.
  if (!runtimeDirectory.startsWith("/")) return undefined;
  return join(runtimeDirectory, "holdfast/control.sock");
}

/** The paths where a client searches for the agent of a root: at its own user's first, then at the machine's. */
export function controlSocketPaths(place: SocketPlace): readonly string[] {
  const own = controlSocketPath(place);
  const shared = controlSocketPath({ ...place, userId: 0 });
  return [...new Set([own, shared].filter((path) => path !== undefined))];
}

/** Whether a path is too long for a socket. */
export function isTooLongForSocket(path: string): boolean {
  return Buffer.byteLength(path) > LONGEST_SOCKET_PATH_BYTES;
}
