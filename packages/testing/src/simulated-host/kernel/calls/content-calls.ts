import type { WaitingCalls } from "@holdfast/host";
import { commit, commitAll } from "../disk/durability.ts";
import type { Inode } from "../disk/inode.ts";
import { setOwnership, truncate, writeBytes } from "../disk/operations.ts";
import { errnoError } from "../errno.ts";
import type { Machine } from "../machine.ts";
import { type Credentials, demand, may, modeAfterChown } from "../permission.ts";
import { inTurn } from "./call-turn.ts";
import { readBytes } from "./immediate-calls.ts";

/** Reading, writing and syncing what is open. */
export function contentCalls(
  machine: Machine,
  caller: Credentials,
): Pick<
  WaitingCalls,
  "read" | "write" | "append" | "truncate" | "openToWrite" | "sync" | "syncPath" | "list"
> {
  return {
    read: (file, into, range) =>
      inTurn(machine, { call: "read", handle: file, isMutation: false }, () =>
        readBytes(machine, file, into, range),
      ),
    write: (file, from, range) =>
      inTurn(machine, { call: "write", handle: file }, () => {
        const bytes = from.slice(range.offset, range.offset + range.length);
        return write(machine, caller, file, { bytes, position: range.position });
      }),
    append: (handle, bytes) =>
      inTurn(machine, { call: "append", handle }, () => append(machine, caller, handle, bytes)),
    truncate: (file, sizeBytes) =>
      inTurn(machine, { call: "truncate", handle: file }, () => {
        truncateOpen(machine, file, sizeBytes);
      }),
    openToWrite: (handle) =>
      inTurn(machine, { call: "openToWrite", handle, isMutation: false }, () =>
        openToWrite(machine, caller, handle, "openToWrite"),
      ),
    sync: (file) =>
      inTurn(machine, { call: "sync", handle: file }, () => {
        const { inode, access } = machine.handle(file, "sync");
        if (access === "path") throw errnoError("EBADF", "sync");
        commitAll(inode);
      }),
    syncPath: (handle) =>
      inTurn(machine, { call: "syncPath", handle }, () => {
        syncPath(machine.handle(handle, "syncPath").inode, caller);
      }),
    list: (directory, most) =>
      inTurn(machine, { call: "list", handle: directory, isMutation: false }, () => {
        const { inode } = machine.handle(directory, "list");
        if (inode.type !== "directory") throw errnoError("ENOTDIR", "list");
        // Listed as `.` in it, which takes the right to search.
        demand(inode, caller, 1, "list");
        demand(inode, caller, 4, "list");
        return [...inode.entries.keys()].slice(0, most);
      }),
  };
}

function truncateOpen(machine: Machine, file: number, sizeBytes: number): void {
  const { inode, access } = machine.handle(file, "truncate");
  if (access === "path") throw errnoError("EBADF", "truncate");
  if (access === "read") throw errnoError("EINVAL", "truncate");
  truncate(inode, sizeBytes);
  machine.changes.tellAll(inode, "modify");
}

function openToWrite(machine: Machine, caller: Credentials, handle: number, call: string): number {
  const sight = machine.handle(handle, call);
  const { type } = sight.inode;
  if (type === "link") throw errnoError("ELOOP", call);
  if (type === "directory") throw errnoError("EISDIR", call);
  demand(sight.inode, caller, 2, call);
  machine.demandWritable(sight.mount, call);
  return machine.open(sight, "write");
}

function append(machine: Machine, caller: Credentials, handle: number, bytes: Uint8Array): number {
  const file = openToWrite(machine, caller, handle, "append");
  try {
    const position = machine.handle(file, "append").inode.sizeBytes;
    return write(machine, caller, file, { bytes, position });
  } finally {
    machine.close(file);
  }
}

function write(
  machine: Machine,
  caller: Credentials,
  file: number,
  { bytes, position }: { readonly bytes: Uint8Array; readonly position: number },
): number {
  const { inode, access } = machine.handle(file, "write");
  if (access !== "write") throw errnoError("EBADF", "write");
  const written = fitting(inode, bytes, position);
  writeBytes(inode, written, position);
  if (caller.uid !== 0 && (inode.mode & 0o6000) !== 0)
    setOwnership(inode, { mode: modeAfterChown(inode, caller) });
  machine.changes.tellAll(inode, "modify");
  return written.length;
}

/** As much as still fits on the disk. @throws ENOSPC when nothing does. */
function fitting(inode: Inode, bytes: Uint8Array, position: number): Uint8Array {
  const { capacityBytes, usedBytes } = inode.fileSystem;
  const growth = Math.max(0, position + bytes.length - inode.sizeBytes);
  const missing = growth - (capacityBytes - usedBytes);
  if (missing <= 0) return bytes;
  const length = bytes.length - missing;
  if (length <= 0) throw errnoError("ENOSPC", "write");
  return bytes.slice(0, length);
}

/** Opening again for the sync takes the right to read, or for a file to write. @throws EACCES. */
function syncPath(inode: Inode, caller: Credentials): void {
  const isWritable = inode.type === "file" && may(inode, caller, 2);
  if (!isWritable) demand(inode, caller, 4, "syncPath");
  commitAll(inode);
  // One journal: what links and special files look like is committed with their directory.
  for (const entry of inode.entries.values()) {
    if (entry.type !== "file" && entry.type !== "directory") commit(entry, ["attributes"]);
  }
}
