import { Fault, type FileReader } from "@holdfast/core";

/** Where local work is kept aside. */
export const KEPT_REFS = "refs/holdfast/kept";
/** What we note for ourselves. */
export const OWN_REFS = "refs/holdfast/ours";
/** The commit that we checked out last. */
export const CHECKED_OUT_REF = `${OWN_REFS}/checked-out`;

const COMMIT = /^[0-9a-f]{40}$/;
const SAFE_REF = /^refs(?:\/(?!\.)[^/\0]+)+$/;
/** A hundred thousand refs. */
const MOST_PACKED_BYTES = 16 * 1024 * 1024;

/** The refs of a checkout, read from its files as far as they are asked for. */
export interface Refs {
  /** The commit, or the tag, that a ref names; `undefined` for one that is not there or makes no sense. */
  commitOf(name: string): Promise<string | undefined>;
  /** The names of all refs below one, sorted. */
  below(name: string): Promise<readonly string[]>;
}

/**
 * Reads refs below a `.git` directory: each is a file of its own, or a line of `packed-refs`. No process is needed.
 * @throws {Fault} what makes a file unknown; ContentTooLarge.
 */
export async function openRefs(
  files: FileReader,
  gitDirectory: string,
  signal: AbortSignal,
): Promise<Refs> {
  const packed = await readPacked(files, `${gitDirectory}/packed-refs`, signal);
  return {
    async commitOf(name) {
      if (!SAFE_REF.test(name)) return undefined;
      const text = await readText(files, `${gitDirectory}/${name}`, signal);
      return text === undefined ? packed.get(name) : parseCommit(text);
    },
    async below(name) {
      const found = await files.list(`${gitDirectory}/${name}`, signal);
      if (found.type === "unknown") throw found.fault;
      const loose = found.type === "present" ? found.value.map((each) => `${name}/${each}`) : [];
      const others = [...packed.keys()].filter((each) => each.startsWith(`${name}/`));
      return [...new Set([...loose, ...others])].filter((each) => !each.endsWith(".lock")).sort();
    },
  };
}

/** The commit that `HEAD` leads to, itself or by a branch. */
export async function resolveHead(text: string, refs: Refs): Promise<string | undefined> {
  const branch = /^ref: (\S+)\n?$/.exec(text)?.[1];
  return branch === undefined ? parseCommit(text) : refs.commitOf(branch);
}

/** The text of a small file; `undefined` where there is no such file. @throws {Fault} what makes it unknown. */
export async function readText(
  files: FileReader,
  path: string,
  signal: AbortSignal,
  maxBytes?: number,
): Promise<string | undefined> {
  const request = {
    path,
    content: "bytes",
    ...(maxBytes === undefined ? {} : { maxBytes }),
  } as const;
  const found = await files.read(request, signal);
  if (found.type === "unknown") throw found.fault;
  if (found.type === "absent" || found.value.entry.type !== "file") return undefined;
  if (found.value.bytes === undefined) throw tooLarge(path);
  return new TextDecoder().decode(found.value.bytes);
}

async function readPacked(
  files: FileReader,
  path: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const text = (await readText(files, path, signal, MOST_PACKED_BYTES)) ?? "";
  const refs = new Map<string, string>();
  for (const line of text.split("\n")) {
    const [commit = "", name] = line.split(" ");
    if (name !== undefined && COMMIT.test(commit)) refs.set(name, commit);
  }
  return refs;
}

function parseCommit(text: string): string | undefined {
  const commit = text.trimEnd();
  return COMMIT.test(commit) ? commit : undefined;
}

function tooLarge(path: string): Fault {
  return new Fault({
    reason: "ContentTooLarge",
    message: `${path} is larger than what is read of a repository`,
    resolution: "Move the repository away, so that a new one is made in its place.",
  });
}
