import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import { join } from "node:path";
import { Fault, type GitSource } from "@holdfast/core";
import { makePrivateDirectory } from "../../storage/private-directory.ts";
import { codeOf } from "../../system/error-code.ts";

/** What a git is given to be let in, while it runs. */
export interface GitAccess extends Disposable {
  readonly env: Readonly<Record<string, string>>;
  readonly settings: Readonly<Record<string, string>>;
}

/** Who must be able to read it. */
export interface AccessOwner {
  readonly uid: number;
  readonly gid: number;
}

/** Files in which secrets are while a git runs, and what git makes of them. */
const NAMES = ["credentials", "credentials.lock", "key", "known_hosts", "known_hosts.old"];
const CONNECT_SECONDS = 20;

/**
 * Opens what a remote asks for. A secret is on no command line and in no environment: it is in a file that only the user of
 * the git can read, in a directory of its own, and goes on disposal. What an agent left there that was killed goes first.
 * @throws {Fault} HostFailed, PathUnsafe.
 */
export async function openGitAccess(
  source: GitSource,
  scratchDirectory: string,
  owner: AccessOwner | undefined,
): Promise<GitAccess> {
  const { token, sshKey, hostKey } = source;
  if (token === undefined && sshKey === undefined && hostKey === undefined) return openAccess();
  await makePrivateDirectory(scratchDirectory, 0o711, "HostFailed");
  clearStale(scratchDirectory);
  const directory = join(scratchDirectory, `${process.pid}-${randomBytes(8).toString("hex")}`);
  fs.mkdirSync(directory, { mode: 0o700 });
  try {
    const access = accessBy(source, (name, content) =>
      writeOwn(join(directory, name), content, owner),
    );
    if (owner !== undefined) fs.chownSync(directory, owner.uid, owner.gid);
    return { ...access, [Symbol.dispose]: () => clear(directory) };
  } catch (error) {
    clear(directory);
    throw error;
  }
}

type Put = (name: (typeof NAMES)[number], content: string) => string;

/** Nothing is secret: known hosts are the machine's, and no key of anybody is tried. */
function openAccess(): GitAccess {
  return { env: { GIT_SSH_COMMAND: sshCommand([]) }, settings: {}, [Symbol.dispose]() {} };
}

function accessBy(source: GitSource, put: Put): Pick<GitAccess, "env" | "settings"> {
  const { sshKey, hostKey } = source;
  const options = [
    ...(sshKey === undefined ? [] : [`-i ${put("key", `${sshKey.trimEnd()}\n`)}`]),
    ...(hostKey === undefined ? [] : onlyKnown(put("known_hosts", knownHosts(hostKey)))),
  ];
  const line = credentialLine(source);
  return {
    env: { GIT_SSH_COMMAND: sshCommand(options) },
    settings:
      line === undefined
        ? {}
        : { "credential.helper": `store --file=${put("credentials", `${line}\n`)}` },
  };
}

/** What ssh is called with. No file configures it, it asks nobody, and it takes no host that is not known. */
function sshCommand(options: readonly string[]): string {
  return [
    "ssh -F /dev/null -o BatchMode=yes -o StrictHostKeyChecking=yes -o IdentitiesOnly=yes",
    `-o IdentityAgent=none -o ForwardAgent=no -o ConnectTimeout=${CONNECT_SECONDS}`,
    ...options,
  ].join(" ");
}

function onlyKnown(path: string): readonly string[] {
  return [`-o UserKnownHostsFile=${path} -o GlobalKnownHostsFile=/dev/null`];
}

/** Every name that the server has is pinned to these keys: nothing else is reached through the file. */
function knownHosts(keys: string): string {
  const lines = keys.split("\n").map((line) => line.trim());
  return lines
    .filter((line) => line !== "")
    .map((line) => `* ${line}\n`)
    .join("");
}

/**
 * The line of git's own store of credentials. It is for the host of the declared repository alone: where a server or a
 * submodule leads elsewhere, nothing is shown.
 */
export function credentialLine({ repository, username, token }: GitSource): string | undefined {
  if (token === undefined || !/^https?:\/\//.test(repository)) return undefined;
  const url = new URL(repository);
  const user = url.username === "" ? encodeURIComponent(username ?? "git") : url.username;
  return `${url.protocol}//${user}:${encodeURIComponent(token)}@${url.host}`;
}

function writeOwn(path: string, content: string, owner: AccessOwner | undefined): string {
  const descriptor = fs.openSync(path, "wx", 0o600);
  try {
    fs.writeFileSync(descriptor, content);
    if (owner !== undefined) fs.fchownSync(descriptor, owner.uid, owner.gid);
  } finally {
    fs.closeSync(descriptor);
  }
  return path;
}

/** Removes the known names, and nothing that the user of the git may have put there: no path of others is followed. */
function clear(directory: string): void {
  for (const name of NAMES) attempt(() => fs.unlinkSync(join(directory, name)));
  attempt(() => fs.rmdirSync(directory));
}

/** Directories of processes that are no more. */
function clearStale(scratchDirectory: string): void {
  for (const name of fs.readdirSync(scratchDirectory)) {
    const pid = Number(/^(\d+)-/.exec(name)?.[1]);
    if (Number.isInteger(pid) && !fs.existsSync(`/proc/${pid}`))
      clear(join(scratchDirectory, name));
  }
}

/** What is gone is fine; what is not empty was made by others. */
function attempt(remove: () => void): void {
  try {
    remove();
  } catch (error) {
    const code = codeOf(error);
    if (code !== "ENOENT" && code !== "ENOTEMPTY") {
      throw new Fault({
        reason: "HostFailed",
        message: `a file that held a secret for git cannot be removed: ${code}`,
        resolution:
          "Remove it by hand; it is in the git directory below the agent's run directory.",
        cause: error,
      });
    }
  }
}
