import { constants, type Stats } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { Fault } from "@holdfast/core";
import { sourceFault } from "../sources/source-fault.ts";
import { refuseUnsafeSecrets } from "../sources/source-safety.ts";

/** A file with a key is shorter than this. */
const MAX_KEY_BYTES = 4096;

/** A file with a key in it that nobody else may know. */
export interface PrivateFile {
  /** Absolute. */
  readonly path: string;
  /** The effective user; `undefined` where the platform has none. */
  readonly userId: number | undefined;
  /** Bits of the mode that it must not have. */
  readonly forbidden: number;
  /** The reason of the fault when others can read or replace it. */
  readonly reason: "SecretsKeyUnsafe" | "SigningKeyUnsafe";
  /** The command that makes such a key. */
  readonly maker: string;
}

/**
 * Reads a key that nobody else can read or replace. `undefined`: it is no regular file, or too long for a key.
 * @throws {Fault} the given reason; NotFound, PermissionDenied, HostFailed, Aborted.
 */
export async function readPrivateFile(
  file: PrivateFile,
  signal: AbortSignal,
): Promise<string | undefined> {
  refuseReplaceable(file);
  try {
    const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
    await using opened = await open(file.path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    return await readWhole(file, opened);
  } catch (error) {
    const isLink = error instanceof Error && "code" in error && error.code === "ELOOP";
    throw isLink ? aLink(file) : sourceFault(file.path, error, signal);
  }
}

/** As of a manifest: root uses no key that another could put there. */
function refuseReplaceable({ path, userId, reason }: PrivateFile): void {
  try {
    refuseUnsafeSecrets(path, userId);
  } catch (error) {
    if (!(error instanceof Fault) || error.reason !== "SourceUnsafe") throw error;
    const { resolution } = error;
    const message = error.message.replace("root does not obey", "root does not use the key");
    throw new Fault({ reason, message, resolution });
  }
}

async function readWhole(file: PrivateFile, opened: FileHandle): Promise<string | undefined> {
  const entry = await opened.stat();
  if (!entry.isFile() || entry.size > MAX_KEY_BYTES) return undefined;
  refuseShared(file, entry);
  return opened.readFile("utf8");
}

function refuseShared({ path, userId, forbidden, reason, maker }: PrivateFile, entry: Stats): void {
  const mode = (entry.mode & 0o7777).toString(8).padStart(4, "0");
  if (userId !== undefined && (entry.mode & forbidden) !== 0) {
    throw new Fault({
      reason,
      message: `others can read or write the key ${path} (mode ${mode})`,
      resolution: `Run: chmod 0600 ${path} — and use another key, if somebody may have read this one.`,
    });
  }
  if (userId === undefined || entry.uid === userId || entry.uid === 0) return;
  throw new Fault({
    reason,
    message: `the key ${path} belongs to user ${entry.uid}`,
    resolution: `Use a key of your own; ${maker} makes one.`,
  });
}

function aLink({ path, reason }: PrivateFile): Fault {
  return new Fault({
    reason,
    message: `the key ${path} is a symbolic link`,
    resolution: "Name the file itself.",
  });
}
