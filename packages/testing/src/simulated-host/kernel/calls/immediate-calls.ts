import type { ByteRange, ImmediateCalls } from "@holdfast/host";
import { errnoError } from "../errno.ts";
import { type Inode, statOf } from "../disk/inode.ts";
import { findPath, lookupPath } from "../lookup.ts";
import type { Lookup, Machine, Sight } from "../machine.ts";
import { type Credentials, demand } from "../permission.ts";

/** The calls that answer at once, for one caller. A call that would wait for a dead server is an assertion. */
export function immediateCalls(machine: Machine, caller: Credentials): ImmediateCalls {
  function observe(directory: number, name: string, call: string): Lookup {
    machine.injection.atOnce(call, name);
    const observed = machine.observe(directory, name, caller, call);
    demandAnswer(machine.handle(directory, call).inode, call);
    if (observed.found !== undefined) demandAnswer(observed.found.inode, call);
    return observed;
  }

  function there(directory: number, name: string, call: string): Sight {
    const { found } = observe(directory, name, call);
    if (found === undefined) throw errnoError("ENOENT", call);
    return found;
  }

  return {
    openRoot(path) {
      machine.injection.atOnce("openRoot", path);
      const sight = lookupPath(machine, path, { followLink: true });
      if (sight === undefined) throw errnoError("ENOENT", "openRoot");
      if (sight.inode.type !== "directory") throw errnoError("ENOTDIR", "openRoot");
      return machine.open(sight, "path");
    },
    openDirectory(directory, name) {
      const sight = there(directory, name, "openDirectory");
      if (sight.inode.type !== "directory") throw errnoError("ENOTDIR", "openDirectory");
      return machine.open(sight, "path");
    },
    openPath: (directory, name) => machine.open(there(directory, name, "openPath"), "path"),
    openFile(directory, name) {
      const sight = there(directory, name, "openFile");
      const { type } = sight.inode;
      if (type === "link") throw errnoError("ELOOP", "openFile");
      demand(sight.inode, caller, 4, "openFile");
      if (type === "socket") throw errnoError("ENXIO", "openFile");
      if (type !== "file" && type !== "directory") machine.specialOpens.push(name);
      return machine.open(sight, "read");
    },
    lookup(directory, name) {
      const { found } = observe(directory, name, "lookup");
      return found === undefined ? undefined : statOf(found.inode);
    },
    stat: (handle) => statOf(machine.handle(handle, "stat").inode),
    modifiedNs: (handle) => machine.handle(handle, "stat").inode.modifiedNs,
    readNow(file, into, range) {
      machine.injection.atOnce("readNow", "");
      const { inode } = machine.handle(file, "readNow");
      demandAnswer(inode, "readNow");
      return readBytes(machine, file, into, range);
    },
    readLink(directory, name) {
      const { inode } = there(directory, name, "readLink");
      if (inode.type !== "link") throw errnoError("EINVAL", "readLink");
      return inode.target;
    },
    pathOf: (handle) => findPath(machine, machine.handle(handle, "pathOf")),
    close: (handle) => machine.close(handle),
  };
}

/** Reads what is there from a position; what lies beyond the bytes of a sparse file is zeros. @throws EBADF, EISDIR. */
export function readBytes(
  machine: Machine,
  file: number,
  into: Uint8Array,
  range: ByteRange,
): number {
  const { inode, access } = machine.handle(file, "read");
  if (access !== "read") throw errnoError("EBADF", "read");
  if (inode.type === "directory") throw errnoError("EISDIR", "read");
  const count = Math.max(0, Math.min(range.length, inode.sizeBytes - range.position));
  const target = into.subarray(range.offset, range.offset + count);
  target.fill(0);
  target.set(inode.bytes.subarray(range.position, range.position + count));
  return count;
}

function demandAnswer(inode: Inode, call: string): void {
  if (inode.fileSystem.isResponsive) return;
  throw new Error(`assertion failed: ${call} would block for ever on a dead mount`);
}
