import {
  Fault,
  type FileEntry,
  type FileWriter,
  isUngivenHome,
  type LocalUser,
} from "@holdfast/core";
import { type AccountWork, unknownAccount } from "./account-work.ts";
import { readHome } from "./home-place.ts";

const SKELETON = "/etc/skel";
/** A skeleton is a handful of files. */
const MOST_ENTRIES = 1_000;
const MOST_DEPTH = 16;
/** Names what a copy that was cut off left behind. */
const ATTEMPT = "home";

/**
 * Makes the home directory that a user's entry names, with a copy of /etc/skel, when nothing is there. One that was cut
 * off before it was the user's is finished.
 */
export async function makeHome(
  work: AccountWork,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  const { users, tables } = await work.read(signal);
  const user = users.byName.get(name);
  if (user === undefined) throw unknownAccount("user", name);
  const present = await readHome(work.files, user.home, signal);
  if (present !== undefined && present.type !== "directory") throw noDirectory(user);
  const owner = { uid: user.uid, gid: user.gid };
  const home = { ...owner, path: user.home, mode: tables.defaults.homeMode };
  if (present === undefined) await work.files.makeDirectory(home, signal);
  else if (await isUnfinished(work, user, present, signal)) {
    await work.files.setAttributes(home, signal);
  } else return;
  await new SkeletonCopy(work.files, owner, signal).copy(SKELETON, user.home, 0);
}

async function isUnfinished(
  { files }: AccountWork,
  { home, uid }: LocalUser,
  present: FileEntry,
  signal: AbortSignal,
): Promise<boolean> {
  if (!isUngivenHome(present, uid)) return false;
  const listed = await files.list(home, signal);
  if (listed.type === "unknown") throw listed.fault;
  return listed.type === "present" && listed.value.length === 0;
}

/** Copies what is in a directory. Nothing in the new one is anybody's yet, so that what is there already is left. */
class SkeletonCopy {
  readonly #files: FileWriter;
  readonly #owner: { readonly uid: number; readonly gid: number };
  readonly #signal: AbortSignal;
  #entries = 0;

  constructor(
    files: FileWriter,
    owner: { readonly uid: number; readonly gid: number },
    signal: AbortSignal,
  ) {
    this.#files = files;
    this.#owner = owner;
    this.#signal = signal;
  }

  async copy(from: string, to: string, depth: number): Promise<void> {
    const listed = await this.#files.list(from, this.#signal);
    if (listed.type === "unknown") throw listed.fault;
    if (listed.type === "absent") return;
    this.#entries += listed.value.length;
    if (this.#entries > MOST_ENTRIES || depth > MOST_DEPTH) throw tooLarge();
    for (const name of listed.value)
      await this.#copyEntry(`${from}/${name}`, `${to}/${name}`, depth);
  }

  async #copyEntry(from: string, path: string, depth: number): Promise<void> {
    const reading = await this.#files.read({ path: from, content: "bytes" }, this.#signal);
    if (reading.type === "unknown") throw reading.fault;
    if (reading.type === "absent") return;
    const { entry, bytes, linkTarget } = reading.value;
    const attributes = { ...this.#owner, mode: entry.mode };
    if (entry.type === "directory") {
      await this.#files.makeDirectory({ ...attributes, path }, this.#signal);
      await this.copy(from, path, depth + 1);
    } else if (linkTarget !== undefined) {
      const link = { path, target: linkTarget, hard: false, force: false, attempt: ATTEMPT };
      await this.#files.makeLink(link, this.#signal);
    } else if (bytes !== undefined) {
      await this.#files.write(
        { ...attributes, path, content: bytes, attempt: ATTEMPT },
        this.#signal,
      );
    } else throw tooLarge();
  }
}

function noDirectory({ name, home }: LocalUser): Fault {
  return new Fault({
    reason: "WrongType",
    message: `the home directory of ${name} cannot be made: ${home} is something else`,
    resolution: "Move away what is there, or name another home directory.",
  });
}

function tooLarge(): Fault {
  return new Fault({
    reason: "ContentTooLarge",
    message: `${SKELETON} has more than ${MOST_ENTRIES} entries, or a file too large to copy`,
    resolution: "Keep the skeleton of home directories small.",
  });
}
