import type { ExtendedAttributes, FileCalls, ImmediateCalls, WaitingCalls } from "@holdfast/host";
import type { CallGate } from "./call-gate.ts";

/** The system calls, each through the gate. */
export function gatedCalls(calls: FileCalls, gate: CallGate): FileCalls {
  return {
    ...gatedImmediate(calls, gate),
    ...gatedWaiting(calls, gate),
    identity: () => calls.identity(),
    openFileLimit: () => calls.openFileLimit(),
    mountInfo: () => gate.atOnce("mountInfo", () => calls.mountInfo()),
    loadWriterCheck: () => calls.loadWriterCheck(),
    async loadAttributes() {
      const attributes = await calls.loadAttributes();
      return attributes && gatedAttributes(attributes, gate);
    },
  };
}

function gatedImmediate(calls: FileCalls, gate: CallGate): ImmediateCalls {
  const open = (name: string, run: () => number): number => {
    const handle = gate.atOnce(name, run);
    gate.opened();
    return handle;
  };
  return {
    openRoot: (path) => open("openRoot", () => calls.openRoot(path)),
    openDirectory: (at, name) => open("openDirectory", () => calls.openDirectory(at, name)),
    openPath: (at, name) => open("openPath", () => calls.openPath(at, name)),
    openFile: (at, name) => open("openFile", () => calls.openFile(at, name)),
    lookup: (at, name) => gate.atOnce("lookup", () => calls.lookup(at, name)),
    stat: (handle) => gate.atOnce("stat", () => calls.stat(handle)),
    modifiedNs: (handle) => gate.atOnce("modifiedNs", () => calls.modifiedNs(handle)),
    readNow: (file, into, range) => gate.atOnce("readNow", () => calls.readNow(file, into, range)),
    readLink: (at, name) => gate.atOnce("readLink", () => calls.readLink(at, name)),
    pathOf: (handle) => gate.atOnce("pathOf", () => calls.pathOf(handle)),
    close(handle) {
      calls.close(handle);
      gate.closed();
    },
  };
}

function gatedWaiting(calls: FileCalls, gate: CallGate): WaitingCalls {
  return {
    read: (file, into, range) => gate.waiting("read", () => calls.read(file, into, range), false),
    async create(at, name, mode) {
      const file = await gate.waiting("create", () => calls.create(at, name, mode));
      gate.opened();
      return file;
    },
    write: (file, from, range) => gate.waiting("write", () => calls.write(file, from, range)),
    append: (handle, bytes) => gate.waiting("append", () => calls.append(handle, bytes)),
    truncate: (file, sizeBytes) => gate.waiting("truncate", () => calls.truncate(file, sizeBytes)),
    async openToWrite(handle) {
      const file = await gate.waiting("openToWrite", () => calls.openToWrite(handle), false);
      gate.opened();
      return file;
    },
    sync: (file) => gate.waiting("sync", () => calls.sync(file)),
    syncPath: (handle) => gate.waiting("syncPath", () => calls.syncPath(handle)),
    chown: (handle, uid, gid) => gate.waiting("chown", () => calls.chown(handle, uid, gid)),
    chmod: (handle, mode) => gate.waiting("chmod", () => calls.chmod(handle, mode)),
    chownLink: (at, name, owner) =>
      gate.waiting("chownLink", () => calls.chownLink(at, name, owner)),
    rename: (from, to) => gate.waiting("rename", () => calls.rename(from, to)),
    link: (from, to) => gate.waiting("link", () => calls.link(from, to)),
    symlink: (target, at, name) => gate.waiting("symlink", () => calls.symlink(target, at, name)),
    unlink: (at, name) => gate.waiting("unlink", () => calls.unlink(at, name)),
    makeDirectory: (at, name, mode) =>
      gate.waiting("makeDirectory", () => calls.makeDirectory(at, name, mode)),
    removeDirectory: (at, name) =>
      gate.waiting("removeDirectory", () => calls.removeDirectory(at, name)),
    list: (at, most) => gate.waiting("list", () => calls.list(at, most), false),
  };
}

function gatedAttributes(attributes: ExtendedAttributes, gate: CallGate): ExtendedAttributes {
  return {
    list: (at, name) => gate.atOnce("listAttributes", () => attributes.list(at, name)),
    get: (at, name, attribute) =>
      gate.atOnce("getAttribute", () => attributes.get(at, name, attribute)),
    getOf: (handle, attribute) =>
      gate.atOnce("getAttributeOf", () => attributes.getOf(handle, attribute)),
    set: (file, attribute, value) =>
      gate.atOnce("setAttribute", () => attributes.set(file, attribute, value), true),
    setModified: (file, modifiedNs) =>
      gate.atOnce("setModified", () => attributes.setModified(file, modifiedNs), true),
  };
}
