import { Fault, type FileType, toFault } from "@holdfast/core";
import { isWorldReadable } from "./attributes/file-mode.ts";

/** Each type with its article. */
export const TYPE_WORDS: Readonly<Record<FileType, string>> = {
  file: "a regular file",
  directory: "a directory",
  link: "a symbolic link",
  fifo: "a FIFO",
  socket: "a socket",
  "block-device": "a block device",
  "character-device": "a character device",
};

/** The fault of another type of file in the way. `wanted` is a noun with its article; `resolution` says what to do. */
export function wrongType(
  found: { readonly path: string; readonly type: FileType },
  wanted: string,
  resolution: string,
): Fault {
  const message = `${found.path} is ${TYPE_WORDS[found.type]}, not ${wanted}`;
  return new Fault({ reason: "WrongType", message, resolution });
}

/**
 * Refuses to put a secret into a file that everybody may read. `mode` is that of the file; `undefined` for one that is
 * to be made.
 * @throws {Fault} SecretExposed.
 */
export function refuseExposed(path: string, mode: number | undefined): void {
  if (mode !== undefined && !isWorldReadable(mode)) return;
  const what =
    mode === undefined ? "would be made for everybody to read" : "can be read by everybody";
  throw new Fault({
    reason: "SecretExposed",
    message: `${path} ${what}, and a secret was to be written into it`,
    resolution: `Declare file:${path} with a mode without rights for others, such as "0600".`,
    retry: "backoff",
  });
}

/**
 * What a write to a path threw, made a Fault. Something that is missing is tried again, because others may make it; the
 * fault of the host names what that is: it need not be the parent, where a link leads elsewhere.
 */
export function writeFault(thrown: unknown, path: string): Fault {
  const fault = toFault(thrown);
  if (fault.reason !== "NotFound") return fault;
  const { reason, resolution } = fault;
  const message = fault.message.includes(path) ? fault.message : `${path}: ${fault.message}`;
  return new Fault({ reason, message, resolution, retry: "backoff", cause: fault });
}
