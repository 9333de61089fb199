/** One line of mountinfo, proc(5). */
export interface MountLine {
  readonly id: number;
  readonly parentId: number;
  /** `major:minor`. */
  readonly device: string;
  readonly root: string;
  readonly mountPoint: string;
  readonly options: string;
  readonly type: string;
  readonly source: string;
  readonly fileSystemOptions: string;
}

/** Reads the text of `/proc/self/mountinfo`, in its order; what is no line of it is left out. */
export function parseMountInfo(text: string): readonly MountLine[] {
  return text.split("\n").flatMap((line) => parseLine(line) ?? []);
}

/**
 * What the kernel has written as octal because it would end a field: space, tab, newline, backslash and, in some files,
 * `#`.
 */
export function unescapeOctal(field: string): string {
  if (!field.includes("\\")) return field;
  return field.replace(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
}

/** A field as the kernel writes it. */
export function escapeOctal(field: string): string {
  return field.replace(
    /[ \t\n\\]/g,
    (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, "0")}`,
  );
}

/** `36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw`, with any number of words before the `-`. */
function parseLine(line: string): MountLine | undefined {
  const separator = line.indexOf(" - ");
  if (separator < 0) return undefined;
  const [id, parentId, device, root, mountPoint, options] = line.slice(0, separator).split(" ");
  const [type, source, fileSystemOptions = ""] = line.slice(separator + 3).split(" ");
  if (device === undefined || root === undefined || mountPoint === undefined) return undefined;
  if (options === undefined || type === undefined || source === undefined) return undefined;
  return {
    id: Number(id),
    parentId: Number(parentId),
    device,
    root: unescapeOctal(root),
    mountPoint: unescapeOctal(mountPoint),
    options,
    type,
    source: unescapeOctal(source),
    fileSystemOptions: unescapeOctal(fileSystemOptions),
  };
}
