import type { Collector } from "../collector.ts";
import { etcCandidate } from "./file-candidate.ts";

const PLACES = /^\/etc\/(?:modules-load|modprobe)\.d\//;
/** Files of one module that Holdfast wrote; there may be two. */
const OWN = /^\/etc\/(?:modules-load|modprobe)\.d\/holdfast-([A-Za-z0-9_]+)\.conf$/;

/** Kernel modules that are loaded, kept out or given parameters by files of no package. */
export const kernelModules: Collector = {
  title: "kernel modules",
  kinds: ["kernel-module", "file", "link"],
  async collect({ etc }) {
    const files = (await etc()).filter(({ path }) => PLACES.test(path));
    const why = "is about kernel modules, and of no package";
    return {
      candidates: files.map((file) => {
        const [, name] = OWN.exec(file.path) ?? [];
        const ways = name === undefined ? [] : [{ kind: "kernel-module", name, input: {} }];
        return etcCandidate(file, { section: "Kernel", ways, why });
      }),
    };
  },
};
