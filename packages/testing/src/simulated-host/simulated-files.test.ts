import { describe } from "node:test";
import { fileLaws } from "../file-laws/file-laws.ts";
import type { FileSubject } from "../file-laws/subject.ts";
import { VirtualClock } from "../virtual-clock.ts";
import { createSimulatedKernel } from "./kernel/kernel.ts";
import type { Credentials } from "./kernel/permission.ts";
import { createSimulatedHost } from "./simulated-host.ts";

describe("simulated files", () => {
  fileLaws({ machine: "the simulated kernel, as root", isRoot: true }, () =>
    open({ uid: 0, gid: 0 }, "/"),
  );
  fileLaws({ machine: "the simulated kernel, as root under a root", isRoot: true }, () =>
    open({ uid: 0, gid: 0 }, "/srv/x"),
  );
  fileLaws({ machine: "the simulated kernel, as a user under a root", isRoot: false }, () =>
    open({ uid: 1000, gid: 1000 }, "/home/user/root"),
  );
});

async function open(agent: Credentials, root: string): Promise<FileSubject> {
  // Not in microtasks: a law that aborts something long needs turns of the loop in between, as a real kernel gives.
  const kernel = createSimulatedKernel({ schedule: (run) => setImmediate(run) });
  const host = createSimulatedHost({ clock: new VirtualClock(), kernel, agent, root });
  const { tamper, inspect } = host.kernel;
  const base = root === "/" ? "" : root;
  const own = { uid: agent.uid, gid: agent.gid };
  if (base !== "") tamper.chown(base, agent.uid, agent.gid);
  const parents = (path: string): void => {
    const parts = path.split("/").slice(1, -1);
    for (let index = 1; index <= parts.length; index++) {
      const parent = `${base}/${parts.slice(0, index).join("/")}`;
      if (inspect.stat(parent) === undefined) tamper.makeDirectory(parent, own);
    }
  };
  return {
    files: host.files,
    uid: agent.uid,
    tamper: {
      write(path, content, attributes) {
        parents(path);
        tamper.write(base + path, content, { ...own, ...attributes });
      },
      truncate: (path, sizeBytes) => tamper.truncate(base + path, sizeBytes),
      makeDirectory: (path, attributes) =>
        tamper.makeDirectory(base + path, { ...own, ...attributes }),
      symlink: (path, target) => tamper.symlink(base + path, target, own),
      link: (path, target) => tamper.link(base + path, base + target),
      makeSpecial: (path, type) => tamper.makeSpecial(base + path, type, own),
      chmod: (path, mode) => tamper.chmod(base + path, mode),
      chown: (path, uid, gid) => tamper.chown(base + path, uid, gid),
      setExtendedAttribute: (path, name, value) =>
        tamper.setExtendedAttribute(base + path, name, value),
    },
    inspect: {
      stat: (path) => inspect.stat(base + path),
      text: (path) => inspect.text(base + path),
      list: (path) => inspect.list(base + path),
      linkTarget: (path) => inspect.linkTarget(base + path),
      extendedAttribute: (path, name) => inspect.extendedAttribute(base + path, name),
      modifiedNs: (path) => inspect.modifiedNs(base + path),
    },
    openHandles: () => host.kernel.openHandles(),
    [Symbol.asyncDispose]: () => host[Symbol.asyncDispose](),
  };
}
