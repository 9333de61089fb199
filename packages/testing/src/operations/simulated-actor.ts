import type { SimulatedKernel } from "../simulated-host/kernel/kernel.ts";
import type { Actor } from "./actor.ts";
import { typeOfMode } from "./type-of-mode.ts";

/** Operations on a simulated machine: root's, noticed by watches, and durable at once. */
export function simulatedActor({ tamper, inspect }: SimulatedKernel): Actor {
  return {
    typeOf(path) {
      const stat = inspect.stat(path);
      return stat === undefined ? undefined : typeOfMode(stat.mode);
    },
    write: (path, content) => tamper.write(path, content),
    truncate(path, sizeBytes) {
      if ((inspect.stat(path)?.size ?? 0) > sizeBytes) tamper.truncate(path, sizeBytes);
    },
    remove: (path) => tamper.remove(path),
    rename: (from, to) => tamper.rename(from, to),
    makeDirectory: (path) => tamper.makeDirectory(path),
    symlink: (path, target) => tamper.symlink(path, target),
    link: (path, target) => tamper.link(path, target),
    makeFifo: (path) => tamper.makeSpecial(path, "fifo"),
    chmod: (path, mode) => tamper.chmod(path, mode),
    chown(path, uid, gid) {
      const stat = inspect.stat(path);
      if (stat === undefined) return;
      tamper.chown(path, uid < 0 ? stat.uid : uid, gid < 0 ? stat.gid : gid);
    },
  };
}
