import { type FileReader, type PathWatches, throwIfAborted, type Truth } from "@holdfast/core";
import type { LeafSource } from "./leaf-source.ts";

/**
 * Whether something is at a path. Links are followed under the rule for all reading: one that others could have put
 * there tells nothing.
 */
export function fileLeaves(files: FileReader, paths: PathWatches): LeafSource {
  return {
    async observe(path, signal): Promise<Truth> {
      throwIfAborted(signal);
      const found = await files.read({ path, content: "none", followLink: true }, signal);
      if (found.type === "present") return { type: "holds" };
      if (found.type === "absent") return { type: "fails" };
      return { type: "unknown", why: found.fault.message };
    },
    watch(subjects, hear, signal) {
      const positions = new Map(subjects.map((path, position) => [path, position]));
      const take: Parameters<PathWatches["watch"]>[1] = (hint) => {
        if (hint.type === "overflow") {
          for (const position of subjects.keys()) hear(position, "events were lost");
          return;
        }
        const position = positions.get(hint.path);
        if (position !== undefined) hear(position, hint.trigger);
      };
      return paths.watch(subjects, take, signal);
    },
  };
}
