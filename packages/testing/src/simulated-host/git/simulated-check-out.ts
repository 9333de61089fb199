import {
  type CheckOutRequest,
  type CheckOutResult,
  type FileWriter,
  type GitTarget,
  throwIfAborted,
} from "@holdfast/core";
import { checkoutConfig, findCheckout, targetRef } from "@holdfast/host";
import {
  gitFault,
  hasSimulatedRemote,
  readSimulatedText,
  type SimulatedGitOptions,
  unreachableRemote,
} from "./git-parts.ts";
import { type Files, ObjectStore } from "./object-store.ts";
import { keepWorkAside } from "./keep-work-aside.ts";
import { SimulatedRepository } from "./simulated-repository.ts";

const LOCKS = ["index.lock", "HEAD.lock", "shallow.lock", "packed-refs.lock", "config.lock"];
const COMMIT_DIGITS = 40;
const OURS = "refs/holdfast/ours/checked-out";

/** Makes a checkout, or makes one as it should be, in the order of the real one. */
export async function checkOutSimulated(
  options: SimulatedGitOptions,
  request: CheckOutRequest,
  signal: AbortSignal,
): Promise<CheckOutResult> {
  throwIfAborted(signal);
  const { files } = options;
  const { path } = request.place;
  const found = await findCheckout(options, request, signal);
  if (found.type === "other") throw gitFault("WrongType", `${path} is a ${found.what}`);
  if (found.type === "directory" && !found.isEmpty)
    throw gitFault("DirectoryNotEmpty", `${path} holds files and no repository`);
  const isNew = found.type !== "checkout";
  if (!isNew) await refuseLocked(files, path, signal);
  const repository = new SimulatedRepository(files, path);
  if (found.type === "absent") await needParent(files, path, signal);
  const { commit, from } = await findCommit(
    files,
    request,
    isNew ? undefined : repository.objects,
    signal,
  );
  if (found.type === "absent") await files.makeDirectory({ path, mode: 0o755 }, signal);
  if (isNew) await files.makeDirectory({ path: `${path}/.git`, mode: 0o755 }, signal);
  for (const id of (await from?.ids(signal)) ?? []) {
    const bytes = await from?.bytes(id, signal);
    const name = `.git/objects/${id.slice(0, 2)}/${id.slice(2)}`;
    if (bytes !== undefined) await repository.writeBytes(name, bytes, signal);
  }
  await repository.write(".git/config", checkoutConfig(request.source.repository), signal);
  const head = found.type === "checkout" ? found.checkout.head : undefined;
  const kept = isNew
    ? undefined
    : await keepWorkAside(options, repository, { path, head, commit }, signal);
  await switchTo(repository, commit, signal);
  await note(repository, request.target, commit, signal);
  return kept === undefined ? { head: commit } : { head: commit, kept };
}

/** The commit of a target, and where it comes from when the checkout does not have it. */
async function findCommit(
  files: FileWriter,
  { source, target, commit }: CheckOutRequest,
  own: ObjectStore | undefined,
  signal: AbortSignal,
): Promise<{ readonly commit: string; readonly from?: ObjectStore }> {
  const named = commit ?? (target.type === "revision" ? target.name : undefined);
  const here = named === undefined ? undefined : await completed(own, named, signal);
  if (here !== undefined && (await own?.filesOf(here, signal)) !== undefined)
    return { commit: here };
  const { repository } = source;
  if (!(await hasSimulatedRemote(files, repository, signal))) throw unreachableRemote(repository);
  const from = new ObjectStore(files, repository);
  const ref = target.type === "tag" ? `refs/tags/${target.name}` : `refs/heads/${target.name}`;
  const id =
    target.type === "revision"
      ? await completed(from, target.name, signal)
      : await readSimulatedText(files, `${repository}/${ref}`, signal);
  const found = id === undefined ? undefined : await from.commitOf(id, signal);
  if (found === undefined)
    throw gitFault("RevisionNotFound", `${repository} has no ${target.type} ${target.name}`);
  return { commit: found, from };
}

/** The one commit whose name begins so. */
async function completed(
  store: ObjectStore | undefined,
  start: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (start.length === COMMIT_DIGITS) return store?.commitOf(start, signal);
  for (const id of (await store?.ids(signal)) ?? [])
    if (id.startsWith(start) && (await store?.commitOf(id, signal)) === id) return id;
  return undefined;
}

async function switchTo(
  repository: SimulatedRepository,
  commit: string,
  signal: AbortSignal,
): Promise<void> {
  const wanted: Files = (await repository.objects.filesOf(commit, signal)) ?? new Map();
  const staged = (await repository.staged(signal)) ?? new Map<string, string>();
  for (const path of staged.keys()) if (!wanted.has(path)) await repository.remove(path, signal);
  const there = await repository.readAll([...wanted.keys()], signal);
  for (const [path, content] of wanted)
    if (there.get(path) !== content) await repository.write(path, content, signal);
  await repository.stage(wanted, signal);
  await repository.write(".git/HEAD", `${commit}\n`, signal);
}

async function note(
  repository: SimulatedRepository,
  target: GitTarget,
  commit: string,
  signal: AbortSignal,
): Promise<void> {
  for (const name of [OURS, targetRef(target)])
    if (name !== undefined) await repository.write(`.git/${name}`, `${commit}\n`, signal);
}

async function refuseLocked(files: FileWriter, path: string, signal: AbortSignal): Promise<void> {
  const locks = LOCKS.map((name) => ({ path: `${path}/.git/${name}`, content: "none" as const }));
  const found = await files.readMany(locks, signal);
  const held = locks.find((_, position) => found[position]?.type === "present");
  if (held !== undefined) throw gitFault("CheckoutLocked", `${held.path} was left`);
}

async function needParent(files: FileWriter, path: string, signal: AbortSignal): Promise<void> {
  const parent = path.slice(0, path.lastIndexOf("/")) || "/";
  const found = await files.list(parent, signal);
  if (found.type === "absent") throw gitFault("NotFound", `${parent} does not exist`);
}
