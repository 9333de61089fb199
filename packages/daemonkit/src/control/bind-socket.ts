import { chmod, chown, link, lstat, mkdir, rmdir, unlink } from "node:fs/promises";
import type { Server } from "node:http";
import { basename } from "node:path";
import { DaemonFault } from "../daemon-fault.ts";
import { codeOf } from "../error-code.ts";
import {
  fileFault,
  type OpenDirectory,
  openOwnDirectory,
  unsafeFault,
} from "../files/own-directory.ts";
import { unguessableName } from "../system.ts";

/** A socket in its place. Disposing removes it, if it still is the one that was put there. */
export interface BoundSocket extends AsyncDisposable {
  /** Whether it still is: somebody may have removed it, or put something else there. */
  isInPlace(): Promise<boolean>;
}

/** What a socket's path may be long on every system, its end included. */
const LONGEST_PATH_BYTES = 103;

/**
 * Makes a server listen on a path, without its ever being reachable with wider rights than it is to have: it is bound
 * in a new 0700 directory beside its place, gets its group and mode there, and is then linked into place, which fails
 * when something has appeared there.
 * @throws {DaemonFault} PathUnsafe, FileFailed; OptionInvalid, when the path is too long for a socket.
 */
export async function bindSocket(
  server: Server,
  directory: OpenDirectory,
  { socketPath, gid }: { readonly socketPath: string; readonly gid: number | undefined },
): Promise<BoundSocket> {
  refuseLong(socketPath);
  const place = directory.at(basename(socketPath));
  try {
    await using stack = new AsyncDisposableStack();
    const privatePath = directory.at(`.${basename(socketPath)}-${unguessableName()}`);
    await mkdir(privatePath, { mode: 0o700 });
    stack.defer(() => rmdir(privatePath));
    const inside = stack.use(await openOwnDirectory(privatePath));
    // Node removes the path it bound when it closes; this one is then nobody's.
    const bound = inside.at(unguessableName());
    await listen(server, bound);
    stack.defer(() => unlink(bound));
    if (gid !== undefined) await chown(bound, -1, gid);
    await chmod(bound, gid === undefined ? 0o600 : 0o660);
    await link(bound, place);
    const { ino, dev } = await lstat(place);
    return {
      isInPlace: () => isOwn(place, { ino, dev }),
      [Symbol.asyncDispose]: () => removeOwn(place, { ino, dev }),
    };
  } catch (error) {
    if (codeOf(error) === "EEXIST") {
      throw unsafeFault(socketPath, "something appeared there just now", "Find out what made it.");
    }
    throw fileFault(socketPath, error);
  }
}

function refuseLong(socketPath: string): void {
  const sizeBytes = Buffer.byteLength(socketPath);
  if (sizeBytes <= LONGEST_PATH_BYTES) return;
  throw new DaemonFault({
    reason: "OptionInvalid",
    message: `the path of the control socket has ${sizeBytes} bytes: ${socketPath}`,
    resolution: `Name a path of at most ${LONGEST_PATH_BYTES} bytes.`,
  });
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ path }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

interface Inode {
  readonly ino: number;
  readonly dev: number;
}

async function isOwn(place: string, own: Inode): Promise<boolean> {
  try {
    const { ino, dev } = await lstat(place);
    return ino === own.ino && dev === own.dev;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return false;
    throw fileFault(place, error);
  }
}

async function removeOwn(place: string, own: Inode): Promise<void> {
  try {
    if (await isOwn(place, own)) await unlink(place);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw fileFault(place, error);
  }
}
