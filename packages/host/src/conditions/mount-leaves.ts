import { join } from "node:path";
import { throwIfAborted, type Truth, type Watch } from "@holdfast/core";
import { parseMounts } from "../files/walk/mounts.ts";
import { codeOf } from "../system/error-code.ts";
import type { LeafSource } from "./leaf-source.ts";

/** What tells of mounts: of this machine, or of a simulated one. */
export interface MountSource {
  /** The text of mountinfo now. */
  read(): Promise<string>;
  /** Where the paths are inside of, without links. */
  root(): Promise<string>;
  /** As `LeafSource`'s, for all mounts together. */
  watch(hear: () => void, signal: AbortSignal): Promise<Watch>;
}

/**
 * Whether something is mounted at a path, out of mountinfo alone, so that a dead server is never touched. The path is
 * the kernel's: links in it are not followed.
 */
export function mountLeaves(source: MountSource): LeafSource {
  return {
    async observe(path, signal): Promise<Truth> {
      throwIfAborted(signal);
      try {
        const table = parseMounts(await source.read());
        const point = join(await source.root(), path);
        return table.mountsUnder(point).includes(point) ? { type: "holds" } : { type: "fails" };
      } catch (error) {
        return { type: "unknown", why: `mountinfo: ${codeOf(error) ?? String(error)}` };
      }
    },
    watch(subjects, hear, signal) {
      const hearAll = (): void => {
        for (const position of subjects.keys()) hear(position, "mounts changed");
      };
      return source.watch(hearAll, signal);
    },
  };
}
