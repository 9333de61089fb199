import { Fault, type KindAction, type LocalUser, type WriteContext } from "@holdfast/core";
import { fromByteString } from "../byte-text.ts";
import { editAgain } from "../edit-again.ts";
import { editKeys } from "./edit.ts";
import { acceptedMode, isAcceptedMode, type KeyPlace, readKeyPlaces } from "./key-place.ts";
import type { SshKeyObserved } from "./observe.ts";
import type { SshKeySpec } from "./spec.ts";

const DIRECTORY_MODE = 0o700;
const FILE_MODE = 0o600;

/**
 * Edits the keys of now and replaces the file. Its owner and mode are said each time, never taken over: whoever may write
 * the directory could have put a file with other rights there a moment ago.
 * @throws {Fault} UnknownUser; NotFound, without a home directory; PathUnsafe, WrongType, as for observing;
 *   ChangedMeanwhile.
 */
export async function applySshKey(
  { spec, changes }: KindAction<SshKeySpec, SshKeyObserved>,
  context: WriteContext,
): Promise<void> {
  if (changes.length > 0) await editAgain(() => editOnce(spec, context));
}

async function editOnce(spec: SshKeySpec, context: WriteContext): Promise<void> {
  const place = await readPlace(spec, context);
  if (place === undefined) {
    if (spec.isAbsent) return;
    throw unknownUser(spec);
  }
  if (spec.isAbsent && place.file === undefined) return;
  if (!spec.isAbsent) await makeDirectory(place, context);
  await writeKeys(place, spec, context);
}

async function readPlace(
  { user }: SshKeySpec,
  { host, signal }: WriteContext,
): Promise<KeyPlace | undefined> {
  const users = await host.accounts.readUsers(signal);
  const found: LocalUser | undefined = users.byName.get(user);
  if (found === undefined) return undefined;
  const [place] = await readKeyPlaces([found], host.files, signal);
  if (place?.type === "unknown") throw place.fault;
  return place?.type === "present" ? place.value : undefined;
}

async function makeDirectory(
  { user, directory, directoryMode, isUngiven }: KeyPlace,
  { host, signal }: WriteContext,
): Promise<void> {
  const { uid, gid } = user;
  if (directoryMode === undefined) {
    const request = { path: directory, uid, gid, mode: DIRECTORY_MODE };
    await host.files.makeDirectory(request, signal).catch((error: unknown) => {
      if (error instanceof Fault && error.reason === "NotFound") throw homeless(user, error);
      throw error;
    });
  } else if (isUngiven === true) {
    await host.files.setAttributes({ path: directory, uid, gid }, signal);
  } else if (!isAcceptedMode(directoryMode)) {
    const mode = acceptedMode(directoryMode);
    await host.files.setAttributes({ path: directory, mode }, signal);
  }
}

async function writeKeys(
  { user, path, file }: KeyPlace,
  spec: SshKeySpec,
  { host, attempt, signal }: WriteContext,
): Promise<void> {
  const before = file?.content ?? "";
  const edited = editKeys(before, spec);
  const { uid, gid, mode } = file ?? { uid: user.uid, gid: user.gid, mode: FILE_MODE };
  const accepted = acceptedMode(mode);
  if (edited !== before || file === undefined) {
    const content = fromByteString(edited);
    const expects = fromByteString(before);
    const request = { path, content, expects, uid, gid, mode: accepted, attempt };
    await host.files.write(request, signal);
  } else if (!spec.isAbsent && accepted !== mode) {
    await host.files.setAttributes({ path, mode: accepted }, signal);
  }
}

function unknownUser({ user }: SshKeySpec): Fault {
  return new Fault({
    reason: "UnknownUser",
    message: `the machine's own files have no user ${user}`,
    resolution: `Declare user:${user}, so that it is made first, or correct the name.`,
  });
}

function homeless({ name, home }: KeyPlace["user"], cause: Fault): Fault {
  return new Fault({
    reason: "NotFound",
    message: `${name} can have no keys because the home directory ${home} does not exist`,
    resolution: `Declare user:${name} with createHome: true.`,
    retry: "backoff",
    cause,
  });
}
