import { ABSENT, Fault, type FileReader } from "@holdfast/core";

/** Where local work is kept aside. */
export const KEPT_REFS = "refs/holdfast/kept";
/** What we note for ourselves. */
export const OWN_REFS = "refs/holdfast/ours";
/** The commit that we checked out last. */
export const CHECKED_OUT_REF = `${OWN_REFS}/checked-out`;

const COMMIT = /^[0-9a-f]{40}$/;
const SAFE_REF = /^refs(?:\/(?!\.)[^/\0]+)+$/;
/** A hundred thousand refs. */
export const MOST_PACKED_BYTES = 16 * 1024 * 1024;

/** The refs of a checkout: each is a file of its own, or a line of `packed-refs`. No process is needed to read them. */
export class Refs {
  readonly #files: FileReader;
  readonly #git: string;
  readonly #packed: ReadonlyMap<string, string>;

  /** `git` is the `.git` directory, `packed` the text of its `packed-refs`. */
  constructor(
    files: FileReader,
    { git, packed }: { readonly git: string; readonly packed: string },
  ) {
    this.#files = files;
    this.#git = git;
    this.#packed = parsePacked(packed);
  }

  /** The commit, or the tag, that a ref names whose own file has this text; `undefined` when it makes no sense. */
  commitIn(text: string | undefined, name: string): string | undefined {
    return text === undefined ? this.#packed.get(name) : parseCommit(text);
  }

  /** The commit that the text of `HEAD` leads to, itself or by a branch. */
  async resolve(text: string, signal: AbortSignal): Promise<string | undefined> {
    const branch = /^ref: (\S+)\n?$/.exec(text)?.[1];
    if (branch === undefined) return parseCommit(text);
    if (!SAFE_REF.test(branch)) return undefined;
    return this.commitIn(await readText(this.#files, `${this.#git}/${branch}`, signal), branch);
  }

  /** The names of all refs below one, sorted. */
  async below(name: string, signal: AbortSignal): Promise<readonly string[]> {
    const found = await this.#files.list(`${this.#git}/${name}`, signal);
    if (found.type === "unknown") throw found.fault;
    const loose = found.type === "present" ? found.value.map((each) => `${name}/${each}`) : [];
    const others = [...this.#packed.keys()].filter((each) => each.startsWith(`${name}/`));
    return [...new Set([...loose, ...others])].filter((each) => !each.endsWith(".lock")).sort();
  }
}

/** The texts of small files, read at once; `undefined` where there is no such file. @throws {Fault} what makes one unknown. */
export async function readTexts(
  files: FileReader,
  wanted: readonly { readonly path: string; readonly maxBytes?: number }[],
  signal: AbortSignal,
): Promise<readonly (string | undefined)[]> {
  const requests = wanted.map((each) => ({ ...each, content: "bytes" as const }));
  const found = await files.readMany(requests, signal);
  return wanted.map(({ path }, position) => {
    const reading = found[position] ?? ABSENT;
    if (reading.type === "unknown") throw reading.fault;
    if (reading.type === "absent" || reading.value.entry.type !== "file") return undefined;
    if (reading.value.bytes === undefined) throw tooLarge(path);
    return new TextDecoder().decode(reading.value.bytes);
  });
}

/** Likewise, of one file. */
export async function readText(
  files: FileReader,
  path: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  return (await readTexts(files, [{ path }], signal))[0];
}

function parsePacked(text: string): ReadonlyMap<string, string> {
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
