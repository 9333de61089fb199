import { lstatSync } from "node:fs";
import { join } from "node:path/posix";
import { errnoOf } from "../../files/errno-fault.ts";

/** Where Podman and Docker listen on a machine: for everybody who may, and for the user alone. */
export function engineSockets(root: string, userId: number): readonly string[] {
  const shared = ["/run/podman/podman.sock", "/run/docker.sock"];
  const own = [`/run/user/${userId}/podman/podman.sock`, `/run/user/${userId}/docker.sock`];
  return (userId === 0 ? shared : [...own, ...shared]).map((path) => join(root, path));
}

/** Why a socket is not asked: `absent`, or in words. Who else could have made it could say anything. */
export function socketTrouble(path: string): string | undefined {
  try {
    const stat = lstatSync(path);
    if (!stat.isSocket()) return "it is no socket";
    const isOurs = stat.uid === 0 || stat.uid === process.geteuid?.();
    return isOurs ? undefined : `it belongs to user ${stat.uid}`;
  } catch (error) {
    const code = errnoOf(error);
    return code === "ENOENT" || code === "ENOTDIR" ? "absent" : `it cannot be reached (${code})`;
  }
}
