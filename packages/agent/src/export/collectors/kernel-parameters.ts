import type { Way } from "../candidate.ts";
import type { Collector } from "../collector.ts";
import { etcCandidate } from "./file-candidate.ts";

/** Files of one key that Holdfast wrote. */
const OWN = /^\/etc\/sysctl\.d\/99-holdfast-(.+)\.conf$/;

/** Parameters of the kernel that are set at boot by files of no package. */
export const kernelParameters: Collector = {
  title: "kernel parameters",
  kinds: ["sysctl", "file", "link"],
  async collect({ etc }) {
    const files = (await etc()).filter(({ path }) => path.startsWith("/etc/sysctl.d/"));
    const why = "is set at boot, and by no package";
    return {
      candidates: files.map((file) => {
        const key = keyIn(file.path);
        const ways = key === undefined ? [] : waysOf(key);
        return etcCandidate(file, { section: "Kernel", ways, why });
      }),
    };
  },
};

/** Where nothing runs, or the running kernel has another value, only what is set at boot was chosen. */
function waysOf(name: string): readonly Way[] {
  return [
    { kind: "sysctl", name, input: { value: "0" } },
    { kind: "sysctl", name, input: { value: "0", live: false } },
  ];
}

/** With dots, unless a part of it has one itself. */
function keyIn(path: string): string | undefined {
  const [, escaped] = OWN.exec(path) ?? [];
  if (escaped === undefined || !escaped.includes("%")) return escaped;
  const parts = escaped
    .split(".")
    .map((part) => part.replaceAll("%2E", ".").replaceAll("%25", "%"));
  return parts.join("/");
}
