import {
  type Accounts,
  type Clock,
  Fault,
  type FaultReason,
  type FileReader,
  type FileWriter,
  type Hash,
} from "@holdfast/core";

/** What the model of git is made over. */
export interface SimulatedGitOptions {
  readonly clock: Clock;
  readonly files: FileWriter;
  readonly accounts: Pick<Accounts, "userId">;
  readonly hash: Hash;
  /** Who the agent is. */
  readonly ownUid: number;
}

/** Where local work is kept aside. */
export const KEPT_REFS = "refs/holdfast/kept";

/** A line of text in a file; `undefined` for anything but a regular file. */
export async function readSimulatedText(
  files: FileReader,
  path: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const found = await files.read({ path, content: "bytes" }, signal);
  if (found.type === "unknown") throw found.fault;
  const bytes = found.type === "present" ? found.value.bytes : undefined;
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes).trim();
}

/** A fault of the model. */
export function gitFault(reason: FaultReason, message: string): Fault {
  return new Fault({ reason, message, resolution: "Correct what it complains about." });
}

/** Whether a repository is at the address: only those on the machine itself are, because it has no network. */
export async function hasSimulatedRemote(
  files: FileReader,
  repository: string,
  signal: AbortSignal,
): Promise<boolean> {
  if (!repository.startsWith("/")) return false;
  return (await readSimulatedText(files, `${repository}/HEAD`, signal)) !== undefined;
}

/** No repository is there. */
export function unreachableRemote(repository: string): Fault {
  return gitFault("RemoteUnreachable", `${repository} cannot be fetched from`);
}
