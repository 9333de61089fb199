/** One event of fanotify(7), as far as it tells who did something to which entry. */
export interface FanotifyEvent {
  /** 0 when it is a process outside of this process's namespace. */
  readonly pid: number;
  /** A descriptor of the process, to be closed; `undefined` when the process is gone. */
  readonly processDescriptor: number | undefined;
  /** The file system and the handle of the directory, as hex; equal for one directory. */
  readonly directory: string | undefined;
  /** The entry's name, `.` for the directory itself. */
  readonly name: string | undefined;
  /** Events before this one were lost. */
  readonly isOverflow: boolean;
}

/** The only version there is (FANOTIFY_METADATA_VERSION). */
const VERSION = 3;
const METADATA_BYTES = 24;
const FAN_Q_OVERFLOW = 0x4000n;
const INFO_HEADER_BYTES = 4;
const INFO_DIRECTORY_AND_NAME = 2;
const INFO_PROCESS = 4;
/** `__kernel_fsid_t`. */
const FILE_SYSTEM_BYTES = 8;
/** `handle_bytes` and `handle_type` of `struct file_handle`. */
const HANDLE_HEADER_BYTES = 8;

/** Reads what one read(2) gave, on a little-endian machine. What is cut off or of another version is left out. */
export function parseFanotifyEvents(bytes: Buffer): readonly FanotifyEvent[] {
  const events: FanotifyEvent[] = [];
  let at = 0;
  while (at + METADATA_BYTES <= bytes.length) {
    const lengthBytes = bytes.readUInt32LE(at);
    const isWhole = lengthBytes >= METADATA_BYTES && at + lengthBytes <= bytes.length;
    if (!isWhole || bytes[at + 4] !== VERSION) break;
    events.push(parseEvent(bytes.subarray(at, at + lengthBytes)));
    at += lengthBytes;
  }
  return events;
}

/** A directory as events name it, from statfs(2) and name_to_handle_at(2). */
export function directoryKey(fileSystem: Buffer, handleType: number, handle: Buffer): string {
  return `${fileSystem.toString("hex")}:${handleType}:${handle.toString("hex")}`;
}

function parseEvent(event: Buffer): FanotifyEvent {
  let processDescriptor: number | undefined;
  let place: { directory: string; name: string } | undefined;
  let at = event.readUInt16LE(6);
  while (at + INFO_HEADER_BYTES <= event.length) {
    const lengthBytes = event.readUInt16LE(at + 2);
    if (lengthBytes < INFO_HEADER_BYTES || at + lengthBytes > event.length) break;
    const info = event.subarray(at, at + lengthBytes);
    if (info[0] === INFO_PROCESS && info.length >= 8) {
      const descriptor = info.readInt32LE(4);
      if (descriptor >= 0) processDescriptor = descriptor;
    }
    if (info[0] === INFO_DIRECTORY_AND_NAME) place = parsePlace(info.subarray(INFO_HEADER_BYTES));
    at += lengthBytes;
  }
  return {
    pid: event.readInt32LE(20),
    processDescriptor,
    directory: place?.directory,
    name: place?.name,
    isOverflow: (event.readBigUInt64LE(8) & FAN_Q_OVERFLOW) !== 0n,
  };
}

/** A file system, a file handle, and a name that ends at a NUL. */
function parsePlace(info: Buffer): { directory: string; name: string } | undefined {
  const handleAt = FILE_SYSTEM_BYTES + HANDLE_HEADER_BYTES;
  if (info.length < handleAt) return undefined;
  const handleBytes = info.readUInt32LE(FILE_SYSTEM_BYTES);
  const handleType = info.readInt32LE(FILE_SYSTEM_BYTES + 4);
  const nameAt = handleAt + handleBytes;
  if (nameAt > info.length) return undefined;
  const end = info.indexOf(0, nameAt);
  return {
    directory: directoryKey(
      info.subarray(0, FILE_SYSTEM_BYTES),
      handleType,
      info.subarray(handleAt, nameAt),
    ),
    name: info.toString("utf8", nameAt, end < 0 ? info.length : end),
  };
}
