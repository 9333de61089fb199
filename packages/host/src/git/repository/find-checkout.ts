import {
  type Accounts,
  type Checkout,
  type CheckoutContent,
  type CheckoutFound,
  type CheckoutPlace,
  type CheckoutQuery,
  Fault,
  type FileEntry,
  type FileReader,
  type FileReading,
  type GitTarget,
  type Observation,
} from "@holdfast/core";
import { readConfig } from "./checkout-config.ts";
import { foreignFormat, foreignTree, sharedTree } from "../run/git-faults.ts";
import { KEPT_REFS, MOST_PACKED_BYTES, OWN_REFS, readTexts, Refs } from "./read-refs.ts";

/** A checkout as its files show it, without the content that only git compares. */
export type FoundInFiles =
  | Exclude<CheckoutFound, { readonly type: "checkout" }>
  | { readonly type: "checkout"; readonly checkout: Omit<Checkout, "content"> };

/** What a checkout is found with. */
export interface FindTools {
  readonly files: FileReader;
  readonly accounts: Pick<Accounts, "userId">;
  /** Who the agent is. */
  readonly ownUid: number;
}

/**
 * What is at a place, by reading files alone.
 * @throws {Fault} CheckoutForeign, when the tree, or the repository in it, is not the user's or of another form; what makes a path
 *   unknown.
 */
export async function findCheckout(
  machine: FindTools,
  { place, target }: Omit<CheckoutQuery, "submodules">,
  signal: AbortSignal,
): Promise<FoundInFiles> {
  const { path } = place;
  const { files } = machine;
  const [atPath, inside] = await files.readMany(
    [path, `${path}/.git`].map((each) => ({ path: each, content: "none" as const })),
    signal,
  );
  const top = valueOf(atPath);
  if (top === undefined) return { type: "absent" };
  if (top.entry.type !== "directory") return { type: "other", what: top.entry.type };
  const repository = valueOf(inside);
  if (repository === undefined)
    return { type: "directory", isEmpty: await isEmpty(files, path, signal) };
  if (repository.entry.type !== "directory")
    throw foreignFormat(
      path,
      `its .git is a ${repository.entry.type}, which leads to another place`,
    );
  const uid = await userIdOf(machine, place, signal);
  if (isWritableByOthers(top.entry, 0o002) || isWritableByOthers(repository.entry, 0o022))
    throw sharedTree(path);
  for (const { entry } of [top, repository])
    if (entry.uid !== uid) throw foreignTree(path, entry.uid, place.user ?? `us (${uid})`);
  return { type: "checkout", checkout: await readCheckout(files, { path, target, uid }, signal) };
}

/** The number of the user whom a tree should belong to. @throws {Fault} UnknownUser, HostFailed. */
export async function userIdOf(
  { accounts, ownUid }: Omit<FindTools, "files">,
  { user }: CheckoutPlace,
  signal: AbortSignal,
): Promise<number> {
  if (user === undefined) return ownUid;
  const uid = await accounts.userId(user, signal);
  if (uid !== undefined) return uid;
  throw new Fault({
    reason: "UnknownUser",
    message: `there is no user ${user} to own a checkout`,
    resolution: "Declare the user and depend on it, or correct the name.",
  });
}

async function readCheckout(
  files: FileReader,
  {
    path,
    target,
    uid,
  }: { readonly path: string; readonly target: GitTarget; readonly uid: number },
  signal: AbortSignal,
): Promise<Omit<Checkout, "content">> {
  const git = `${path}/.git`;
  const ref = targetRef(target);
  const [config = "", head = "", packed = "", known] = await readTexts(
    files,
    [
      { path: `${git}/config` },
      { path: `${git}/HEAD` },
      { path: `${git}/packed-refs`, maxBytes: MOST_PACKED_BYTES },
      ...(ref === undefined ? [] : [{ path: `${git}/${ref}` }]),
    ],
    signal,
  );
  const { repository, isOurs, isForeign } = readConfig(config);
  if (isForeign) throw foreignFormat(path, "its configuration has extensions");
  const refs = new Refs(files, { git, packed });
  return {
    uid,
    repository,
    isConfigured: isOurs,
    head: await refs.resolve(head, signal),
    known: ref === undefined ? fullName(target) : refs.commitIn(known, ref),
    kept: await refs.below(KEPT_REFS, signal),
  };
}

/** Where a checkout remembers which commit its target is; `undefined` for a commit, which says so itself. */
export function targetRef({ type, name }: GitTarget): string | undefined {
  if (type === "branch") return `refs/remotes/origin/${name}`;
  // Not the tag itself, which may be an object of its own that leads to the commit.
  return type === "tag" ? `${OWN_REFS}/tags/${name}` : undefined;
}

/** What is known of the content before git has compared it. */
export const UNOBSERVED: CheckoutContent = { type: "unobserved" };

function fullName({ name }: GitTarget): string | undefined {
  return /^[0-9a-f]{40}$/.test(name) ? name : undefined;
}

function valueOf(found: Observation<FileReading> | undefined): FileReading | undefined {
  if (found?.type === "unknown") throw found.fault;
  return found?.type === "present" ? found.value : undefined;
}

async function isEmpty(files: FileReader, path: string, signal: AbortSignal): Promise<boolean> {
  const found = await files.list(path, signal);
  if (found.type === "unknown") throw found.fault;
  return found.type === "absent" || found.value.length === 0;
}

/** Whoever may write there could have git run what they like, as the owner. */
function isWritableByOthers({ mode }: FileEntry, bits: number): boolean {
  return (mode & bits) !== 0;
}
