import { parseMountInfo } from "../../system/mount-info.ts";

/** What is mounted where, as far as file access cares. Paths are the machine's. */
export interface MountTable {
  /** The first mount point on the way to a path whose file system is on another machine; `undefined`: all are local. */
  remoteMountOn(path: string): string | undefined;
  /** True when a remote mount exists at all; false spares the other questions. */
  readonly hasRemote: boolean;
  /** Mount points at a path or below it. */
  mountsUnder(path: string): readonly string[];
}

/**
 * The one list of file systems that another machine, or a process of some user, answers for, by the type in mountinfo;
 * `fuse.*` likewise. Its server may go away, so nothing on it is touched by a call that this process would wait for; and
 * others change files there unnoticed, so nothing on it is watched. `fuseblk` is a disk of this machine.
 */
const REMOTE_TYPES: ReadonlySet<string> = new Set([
  "9p",
  "afs",
  "autofs",
  "beegfs",
  "ceph",
  "cifs",
  "coda",
  "davfs",
  "fuse",
  "gfs2",
  "glusterfs",
  "gpfs",
  "lustre",
  "ncpfs",
  "nfs",
  "nfs4",
  "ocfs2",
  "orangefs",
  "pvfs2",
  "smb2",
  "smb3",
  "smbfs",
  "virtiofs",
]);

/**
 * Reads the text of `/proc/self/mountinfo`. Of several mounts on one point the last covers the others. A local file
 * system that is mounted below a remote one counts as remote: the way to it leads through the server.
 * `declaredRemote` adds paths to treat as remote.
 */
export function parseMounts(mountInfo: string, declaredRemote: readonly string[] = []): MountTable {
  const types = mountTypes(mountInfo);
  const remote = [...remoteMounts(types), ...declaredRemote].sort();
  const points = [...new Set([...types.keys(), ...declaredRemote])];
  return {
    hasRemote: remote.length > 0,
    remoteMountOn: (path) => remote.find((point) => isUnder(path, point)),
    mountsUnder: (path) => points.filter((point) => isUnder(point, path)),
  };
}

/** The mount points of remote file systems, by their types; never `/`: where that does not answer, this program is lost. */
export function remoteMounts(types: ReadonlyMap<string, string>): readonly string[] {
  const isRemote = (type: string): boolean => REMOTE_TYPES.has(type) || type.startsWith("fuse.");
  return [...types].flatMap(([point, type]) => (point !== "/" && isRemote(type) ? [point] : []));
}

/** The type of the file system at each mount point; of several on one point the last. */
export function mountTypes(mountInfo: string): ReadonlyMap<string, string> {
  const types = new Map<string, string>();
  for (const { mountPoint, type } of parseMountInfo(mountInfo)) types.set(mountPoint, type);
  return types;
}

function isUnder(path: string, point: string): boolean {
  if (!path.startsWith(point)) return false;
  return point === "/" || path.length === point.length || path[point.length] === "/";
}
