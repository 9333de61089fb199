import type { JsonObject } from "@holdfast/core";
import type { Candidate, Way } from "../../candidate.ts";
import type { Collector } from "../../collector.ts";
import { type FstabLine, readFstabLines } from "../../evidence/fstab-lines.ts";

/** Any size, so that the kind takes the file for one of its own and describes how long it is. */
const ANY_SIZE = { size: "1M" };
const UNITS = ["", "K", "M", "G", "T"] as const;

/** Areas to swap to that somebody wrote into fstab. Others come from programs such as those for zram. */
export const swaps: Collector = {
  title: "swap",
  kinds: ["swap"],
  async collect(evidence) {
    const lines = await readFstabLines(evidence);
    return { candidates: lines.filter(({ entry }) => entry.type === "swap").map(candidateOf) };
  },
};

function candidateOf({ entry: { source }, isBrought }: FstabLine): Candidate {
  const bare: Way = { kind: "swap", name: source, input: {}, choose: chosenOf };
  // A file that the kind would have made otherwise is taken as it is, and so is a device.
  const isFile = source.startsWith("/") && !source.startsWith("/dev/");
  return {
    section: "Swap",
    ways: isFile ? [{ ...bare, input: ANY_SIZE }, bare] : [bare],
    why: isBrought
      ? "is in fstab as an installer, an image or a program wrote it"
      : "is in fstab, and no installer wrote its line",
    isDefault: isBrought,
  };
}

/** What a new line has anyway needs no word. That it is not swapped to now was not chosen. */
function chosenOf({ size, options, active, ...others }: JsonObject): JsonObject {
  const words = Array.isArray(options)
    ? options.filter((word) => word !== "sw" && word !== "defaults")
    : [];
  return {
    ...(typeof size === "number" ? { size: sizeInWords(size) } : {}),
    ...others,
    ...(active === false ? { active: "unmanaged" } : {}),
    ...(words.length === 0 ? {} : { options: words }),
  };
}

/** `2G` rather than 2147483648, where that is the same. */
function sizeInWords(sizeBytes: number): string | number {
  let [size, unit] = [sizeBytes, 0];
  for (; size % 1024 === 0 && unit < UNITS.length - 1; unit += 1) size /= 1024;
  return unit === 0 ? sizeBytes : `${size}${UNITS[unit] ?? ""}`;
}
