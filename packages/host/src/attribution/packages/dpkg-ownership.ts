import { readTail } from "../read-tail.ts";
import { type Diversion, listedFormsOf, parseDiversions } from "./diversions.ts";

const DATABASE = "var/lib/dpkg";
/** The longest lists that packages have are some 5 MB. */
const MOST_LIST_BYTES = 16 * 1024 * 1024;
const MOST_DIVERSION_BYTES = 1024 * 1024;

/** The first of these packages that has one of the paths; `undefined` when none does. */
export async function findOwner(
  root: string,
  packages: readonly string[],
  paths: readonly string[],
): Promise<string | undefined> {
  const diversions = await readDiversions(root);
  for (const name of packages) {
    if (await owns(root, { name, paths, diversions })) return name;
  }
  return undefined;
}

/** Whether a list of paths, one a line, has this one. */
export function listHas(list: Buffer, path: string): boolean {
  const line = Buffer.from(`${path}\n`);
  for (let at = list.indexOf(line); at >= 0; at = list.indexOf(line, at + 1)) {
    if (at === 0 || list[at - 1] === 0x0a) return true;
  }
  const last = Buffer.from(path);
  return list.length === last.length
    ? list.equals(last)
    : list.subarray(-last.length - 1).equals(Buffer.from(`\n${path}`));
}

interface OwnerQuestion {
  readonly name: string;
  readonly paths: readonly string[];
  readonly diversions: readonly Diversion[];
}

async function owns(root: string, { name, paths, diversions }: OwnerQuestion): Promise<boolean> {
  const forms = paths.flatMap((path) => listedFormsOf(path, name, diversions));
  // A package that several architectures can have at once has its own in the file's name.
  const [bare = name] = name.split(":");
  for (const file of new Set([name, bare])) {
    for (const suffix of ["list", "conffiles"]) {
      const read = await readTail(root, `${DATABASE}/info/${file}.${suffix}`, MOST_LIST_BYTES);
      if (read !== undefined && forms.some((form) => listHas(read.bytes, form))) return true;
    }
  }
  return false;
}

async function readDiversions(root: string): Promise<readonly Diversion[]> {
  const read = await readTail(root, `${DATABASE}/diversions`, MOST_DIVERSION_BYTES);
  return read === undefined || read.isCut ? [] : parseDiversions(read.bytes.toString("utf8"));
}
