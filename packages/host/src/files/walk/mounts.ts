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
  for (const line of mountInfo.split("\n")) {
    const mount = parseLine(line);
    if (mount !== undefined) types.set(mount.point, mount.fileSystemType);
  }
  return types;
}

/** `36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw`: the fifth field, and the first after ` - `. */
function parseLine(line: string): { point: string; fileSystemType: string } | undefined {
  const separator = line.indexOf(" - ");
  if (separator < 0) return undefined;
  const point = line.split(" ", 5)[4];
  const fileSystemType = line.slice(separator + 3).split(" ", 1)[0];
  if (point === undefined || fileSystemType === undefined) return undefined;
  return { point: unescape(point), fileSystemType };
}

/** The kernel writes space, tab, newline and backslash as octal. */
function unescape(field: string): string {
  if (!field.includes("\\")) return field;
  return field.replace(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
}

function isUnder(path: string, point: string): boolean {
  if (!path.startsWith(point)) return false;
  return point === "/" || path.length === point.length || path[point.length] === "/";
}
