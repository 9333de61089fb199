import type { JsonObject } from "@holdfast/core";
import type { Candidate } from "../../candidate.ts";
import type { Collector } from "../../collector.ts";
import { type FstabLine, readFstabLines } from "../../evidence/fstab-lines.ts";

/** Mounted when somebody asks for it: whether it is mounted at the moment was not chosen. */
const ON_DEMAND = new Set(["noauto", "x-systemd.automount"]);
/** By these the kind knows what to take for the mount; the other options it reads. */
const SHOWS = /^(?:r?bind|loop(?:=.*)?)$/;

/**
 * File systems that somebody wrote into fstab. What is mounted without a line is not exported: units, programs and
 * containers mount, and none of them says that a person wanted it to last.
 */
export const mounts: Collector = {
  title: "mounts",
  kinds: ["mount"],
  async collect(evidence) {
    const lines = await readFstabLines(evidence);
    return { candidates: lines.flatMap(candidateOf) };
  },
};

function candidateOf({ entry, isBrought }: FstabLine): readonly Candidate[] {
  const { source, mountPoint, type, options } = entry;
  if (type === "swap" || !mountPoint.startsWith("/")) return [];
  const name = mountPoint.replace(/(?<=.)\/+$/, "");
  const input = { source, options: options.filter((word) => SHOWS.test(word)) };
  return [
    {
      section: "Mounts",
      ways: [{ kind: "mount", name, input, choose: chosenOf }],
      why: isBrought
        ? "is in fstab as an installer, an image or a program wrote it"
        : "is in fstab, and no installer wrote its line",
      isDefault: isBrought,
    },
  ];
}

/** What a new line has anyway needs no word. A disk that is not there now is not one that must stay away. */
function chosenOf({ dump, pass, options, mounted, ...others }: JsonObject): JsonObject {
  const words = Array.isArray(options) ? options.filter((word) => word !== "defaults") : [];
  const isOnDemand = words.some((word) => typeof word === "string" && ON_DEMAND.has(word));
  return {
    ...others,
    ...(words.length === 0 ? {} : { options: words }),
    ...(dump === 0 || dump === undefined ? {} : { dump }),
    ...(pass === 0 || pass === undefined ? {} : { pass }),
    ...(mounted === false && !isOnDemand ? { mounted: "unmanaged" } : {}),
  };
}
