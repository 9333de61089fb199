import type { WaitingCalls } from "@holdfast/host";
import {
  addEntry,
  dropEntry,
  moveEntry,
  setOwnership,
  writeBytes,
} from "./disk.ts";
import { commit, commitAll } from "./durability.ts";
import { errnoError } from "./errno.ts";
import { readBytes } from "./immediate-calls.ts";
import { createInode, type Inode, type InodeSeed } from "./inode.ts";
import type { Looked, Machine, OpenHandle } from "./machine.ts";
import {
  type Credentials,
  demand,
  demandRemoval,
  isMember,
  may,
  modeAfterChown,
} from "./permission.ts";
import { demandRename } from "./rename-rules.ts";

const DEFAULT_UMASK = 0o022;

/** The calls that may wait, for one caller. What they do happens a turn after they are called. */
export function waitingCalls(machine: Machine, caller: Credentials): WaitingCalls {
  const umask = caller.umask ?? DEFAULT_UMASK;

  /** Runs a call's effect when its turn comes; on a dead server it never does. */
  async function later<T>(
    call: string,
    at: { readonly handle: number; readonly name?: string; readonly isMutation?: boolean },
    effect: () => T,
  ): Promise<T> {
    await new Promise<void>((resolve) => machine.schedule(resolve));
    const { name = "", isMutation = true } = at;
    await machine.injection.waiting(call, name, isMutation);
    if (!machine.handle(at.handle, call).inode.fileSystem.isResponsive)
      return new Promise(() => {});
    const result = effect();
    if (isMutation) machine.callLog.push(name === "" ? call : `${call} ${name}`);
    return result;
  }

  const look = (directory: number, name: string, call: string): Looked =>
    machine.look(directory, name, caller, call);

  function make(looked: Looked, seed: Omit<InodeSeed, "uid" | "gid">): Inode {
    const { directory, name } = looked;
    const isInherited = (directory.mode & 0o2000) !== 0;
    const inherited = isInherited && seed.type === "directory" ? 0o2000 : 0;
    const inode = createInode(looked.mount.fileSystem, {
      ...seed,
      mode: seed.mode | inherited,
      uid: caller.uid,
      gid: isInherited ? directory.gid : caller.gid,
    });
    addEntry({ directory, name }, inode);
    machine.changes.tell(directory, name, "create");
    return inode;
  }

  return {
    read: (file, into, range) =>
      later("read", { handle: file, isMutation: false }, () =>
        readBytes(machine, file, into, range),
      ),
    create: (directory, name, mode) =>
      later("create", { handle: directory, name }, () => {
        const looked = look(directory, name, "create");
        machine.demandFree(looked, caller, "create");
        const inode = make(looked, { type: "file", mode: mode & ~umask });
        return machine.open({ inode, mount: looked.mount }, "write");
      }),
    write: (file, from, range) =>
      later("write", { handle: file }, () => {
        const { inode, access } = machine.handle(file, "write");
        if (access !== "write") throw errnoError("EBADF", "write");
        const bytes = fitting(inode, from.slice(range.offset, range.offset + range.length), range.position);
        writeBytes(inode, bytes, range.position);
        if (caller.uid !== 0 && (inode.mode & 0o6000) !== 0)
          setOwnership(inode, { mode: modeAfterChown(inode, caller) });
        machine.changes.tellAll(inode, "modify");
        return bytes.length;
      }),
    sync: (file) =>
      later("sync", { handle: file }, () => {
        const { inode, access } = machine.handle(file, "sync");
        if (access === "path") throw errnoError("EBADF", "sync");
        commitAll(inode);
      }),
    syncPath: (handle) =>
      later("syncPath", { handle }, () => {
        const { inode } = machine.handle(handle, "syncPath");
        if (inode.type === "directory") {
          demand(inode, caller, 4, "syncPath");
          // One journal: what special files and links in it look like is committed with the directory.
          for (const entry of inode.entries.values())
            if (entry.type !== "file" && entry.type !== "directory") commit(entry, ["attributes"]);
        } else if (!may(inode, caller, 4)) {
          demand(inode, caller, 2, "syncPath");
        }
        commitAll(inode);
      }),
    chown: (handle, uid, gid) =>
      later("chown", { handle }, () => {
        chown(machine, caller, machine.handle(handle, "chown"), { uid, gid });
      }),
    chmod: (handle, mode) =>
      later("chmod", { handle }, () => chmod(machine, caller, machine.handle(handle, "chmod"), mode)),
    chownLink: (directory, name, owner) =>
      later("chownLink", { handle: directory, name }, () => {
        const { found } = look(directory, name, "chownLink");
        if (found === undefined) throw errnoError("ENOENT", "chownLink");
        chown(machine, caller, found, owner);
      }),
    rename: (from, to) =>
      later("rename", { handle: from.directory, name: to.name }, () => {
        const source = look(from.directory, from.name, "rename");
        const target = look(to.directory, to.name, "rename");
        if (!demandRename(machine, caller, { source, target })) return;
        moveEntry(source, target);
        machine.changes.tell(source.directory, source.name, "moved");
        machine.changes.tell(target.directory, target.name, "moved");
      }),
    link: (from, to) =>
      later("link", { handle: to.directory, name: to.name }, () => {
        const { entry, mount } = look(from.directory, from.name, "link");
        if (entry === undefined) throw errnoError("ENOENT", "link");
        const target = look(to.directory, to.name, "link");
        machine.demandFree(target, caller, "link");
        if (mount !== target.mount) throw errnoError("EXDEV", "link");
        const isOwn = caller.uid === 0 || caller.uid === entry.uid;
        // As with fs.protected_hardlinks, which every distribution sets.
        const isSafe = entry.type === "file" && (entry.mode & 0o6000) === 0 && may(entry, caller, 6);
        if (entry.type === "directory" || !(isOwn || isSafe)) throw errnoError("EPERM", "link");
        addEntry(target, entry);
        machine.changes.tell(target.directory, target.name, "create");
      }),
    symlink: (target, directory, name) =>
      later("symlink", { handle: directory, name }, () => {
        const looked = look(directory, name, "symlink");
        machine.demandFree(looked, caller, "symlink");
        make(looked, { type: "link", mode: 0o777, target });
      }),
    unlink: (directory, name) =>
      later("unlink", { handle: directory, name }, () => {
        const looked = look(directory, name, "unlink");
        const entry = removable(machine, caller, looked, "unlink");
        if (entry.type === "directory") throw errnoError("EISDIR", "unlink");
        if (machine.isCovered(entry)) throw errnoError("EBUSY", "unlink");
        drop(machine, looked);
      }),
    makeDirectory: (directory, name, mode) =>
      later("makeDirectory", { handle: directory, name }, () => {
        const looked = look(directory, name, "makeDirectory");
        machine.demandFree(looked, caller, "makeDirectory");
        make(looked, { type: "directory", mode: mode & 0o1777 & ~umask });
      }),
    removeDirectory: (directory, name) =>
      later("removeDirectory", { handle: directory, name }, () => {
        const looked = look(directory, name, "removeDirectory");
        const entry = removable(machine, caller, looked, "removeDirectory");
        if (entry.type !== "directory") throw errnoError("ENOTDIR", "removeDirectory");
        if (machine.isCovered(entry)) throw errnoError("EBUSY", "removeDirectory");
        if (entry.entries.size > 0) throw errnoError("ENOTEMPTY", "removeDirectory");
        drop(machine, looked);
      }),
    list: (directory) =>
      later("list", { handle: directory, isMutation: false }, () => {
        const { inode } = machine.handle(directory, "list");
        if (inode.type !== "directory") throw errnoError("ENOTDIR", "list");
        demand(inode, caller, 4, "list");
        return [...inode.entries.keys()];
      }),
  };
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

function chown(
  machine: Machine,
  caller: Credentials,
  { inode, mount }: Pick<OpenHandle, "inode" | "mount">,
  { uid, gid }: { readonly uid: number; readonly gid: number },
): void {
  machine.demandWritable(mount, "chown");
  const isOwner = caller.uid === inode.uid;
  const mayGiveAway = uid === -1 || (isOwner && uid === inode.uid);
  const mayRegroup = gid === -1 || (isOwner && (gid === inode.gid || isMember(caller, gid)));
  if (caller.uid !== 0 && !(mayGiveAway && mayRegroup)) throw errnoError("EPERM", "chown");
  const mode = modeAfterChown(inode, caller);
  setOwnership(inode, {
    uid: uid === -1 ? inode.uid : uid,
    gid: gid === -1 ? inode.gid : gid,
    mode,
  });
  machine.changes.tellAll(inode, "attributes");
}

function chmod(
  machine: Machine,
  caller: Credentials,
  { inode, mount }: OpenHandle,
  mode: number,
): void {
  machine.demandWritable(mount, "chmod");
  if (inode.type === "link") throw errnoError("ENOTSUP", "chmod");
  if (caller.uid !== 0 && caller.uid !== inode.uid) throw errnoError("EPERM", "chmod");
  const losesGroup = caller.uid !== 0 && !isMember(caller, inode.gid);
  setOwnership(inode, { mode: mode & 0o7777 & (losesGroup ? ~0o2000 : ~0) });
  machine.changes.tellAll(inode, "attributes");
}

function removable(machine: Machine, caller: Credentials, looked: Looked, call: string): Inode {
  machine.demandWritable(looked.mount, call);
  if (looked.entry === undefined) throw errnoError("ENOENT", call);
  demandRemoval(looked.directory, looked.entry, caller, call);
  return looked.entry;
}

function drop(machine: Machine, looked: Looked): void {
  dropEntry(looked);
  machine.changes.tell(looked.directory, looked.name, "delete");
}
