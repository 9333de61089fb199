import { createSimulatedHost } from "../simulated-host/simulated-host.ts";
import { createSimulatedKernel } from "../simulated-host/kernel/kernel.ts";
import { VirtualClock } from "../virtual-clock.ts";
import { HOMES, lawFiles, type OpenSubject, rootFiles } from "./subject.ts";

/** A simulated machine for the laws of accounts. */
export const simulatedAccountSubject: OpenSubject = async () => {
  const clock = new VirtualClock();
  const kernel = createSimulatedKernel();
  const host = createSimulatedHost({ clock, kernel });
  const { tamper, inspect } = kernel;
  const { system } = host.accounts;
  const write = (path: string, bytes: string): void =>
    tamper.write(path, Buffer.from(bytes, "latin1"));
  for (const [path, text] of Object.entries(rootFiles)) write(path, text + (lawFiles[path] ?? ""));
  tamper.makeDirectory(HOMES);
  let nextPid = 100;
  return {
    accounts: host.accounts,
    read: (path) => {
      const bytes = inspect.bytes(path);
      return bytes === undefined ? undefined : Buffer.from(bytes).toString("latin1");
    },
    replace: (path, bytes) => tamper.replaceByRename(path, Buffer.from(bytes, "latin1")),
    write,
    remove: (path) => tamper.remove(path),
    makeDirectory: (path, uid) => tamper.makeDirectory(path, { uid, gid: uid }),
    ownerOf: (path) => inspect.stat(path)?.uid,
    runs: () => system.runs.map(({ tool, args }) => [tool, ...args]),
    onRun(callback) {
      system.onRun = callback;
    },
    killNextTool(afterFiles) {
      system.killAfter = afterFiles;
    },
    async startProcess(uid) {
      const pid = nextPid++;
      system.processes.set(pid, { name: "sleep", uid });
      return {
        pid,
        async [Symbol.asyncDispose]() {
          system.processes.delete(pid);
        },
      };
    },
    async holdRecordLock() {
      const pid = nextPid++;
      system.processes.set(pid, { name: "vipw", uid: 0 });
      system.recordLockPid = pid;
      return {
        pid,
        async [Symbol.asyncDispose]() {
          system.processes.delete(pid);
          system.recordLockPid = undefined;
        },
      };
    },
    finish: (work) => clock.finish(work),
    sleep: (delayMs) => clock.advance(delayMs),
    async until(isSo) {
      return clock.runUntil(isSo, 5_000);
    },
    [Symbol.asyncDispose]: async () => host[Symbol.asyncDispose](),
  };
};
