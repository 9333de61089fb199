import { parseUnitName } from "@holdfast/core";
import type { Candidate, Way } from "../candidate.ts";
import type { Collector } from "../collector.ts";
import type { EtcFile } from "../evidence/etc-files.ts";
import { etcCandidate } from "./file-candidate.ts";

const PLACE = "/etc/systemd/system/";
/** The agent's own service is made by `holdfast install`, those of snaps by snapd. */
const MADE = /^(?:holdfast\.service(?:\.d\/|$)|snap[-.])/;
/** Links into these are made by enabling; others link to units elsewhere. */
const UNIT_DIRECTORIES = /^(?:\/(?:usr\/)?lib\/systemd\/|\/etc\/systemd\/|\/run\/systemd\/|[^/]+$)/;

/** Units and drop-ins that somebody wrote. */
export const units: Collector = {
  title: "units and drop-ins",
  kinds: ["systemd-unit", "file", "link"],
  async collect({ etc }) {
    const files = (await etc()).filter(({ path }) => path.startsWith(PLACE));
    return { candidates: files.flatMap(candidatesOf) };
  },
};

function candidatesOf(file: EtcFile): readonly Candidate[] {
  const name = file.path.slice(PLACE.length);
  if (file.entry.type === "link") {
    const isElsewhere = !UNIT_DIRECTORIES.test(file.linkTarget ?? "");
    const isMask = file.linkTarget === "/dev/null";
    const isDefault = MADE.test(name) || isMask || !isElsewhere;
    const why = "links to a unit elsewhere";
    return [{ ...etcCandidate(file, { section: "Units", why }), isDefault }];
  }
  const way = wayOf(name);
  const why = way?.input["dropIn"] === undefined ? "is of no package" : "adds to a unit";
  const candidate = etcCandidate(file, { section: "Units", ways: way ? [way] : [], why });
  return [{ ...candidate, isDefault: MADE.test(name) }];
}

function wayOf(name: string): Way | undefined {
  const [, unit = name, dropIn] = /^([^/]+)\.d\/([^/]+)\.conf$/.exec(name) ?? [];
  const parsed = parseUnitName(unit);
  if (parsed === undefined) return undefined;
  const short = parsed.suffix === "service" ? unit.replace(/\.service$/, "") : unit;
  const common = { text: "[Unit]\n", verify: false };
  return {
    kind: "systemd-unit",
    name: dropIn === undefined ? short : `${short} ${dropIn}`,
    input: dropIn === undefined ? common : { unit: short, dropIn, ...common },
    choose: ({ unit: _unit, verify: _verify, ...others }) =>
      dropIn === undefined ? others : { unit: short, ...others },
  };
}
