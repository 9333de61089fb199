import { type FileReader, type JsonObject, parseUnitName } from "@holdfast/core";
import type { InstallRecords } from "@holdfast/host";
import type { Candidate } from "../candidate.ts";
import type { Collector } from "../collector.ts";
import type { EtcFile } from "../evidence/etc-files.ts";

const PLACE = "/etc/systemd/system";
const LINKS = /\.(?:wants|requires|upholds)$/;
const UNIT_FILES = "/usr/lib/systemd/system/";
/** Types of units that are started and stopped. */
const STARTABLE = /^(?:service|socket|timer|path|target|mount|automount|swap)$/;
/** The agent's own service is made by `holdfast install`. */
const OWN = "holdfast.service";

/**
 * Units that are enabled, disabled or masked otherwise than their packages made them. What packages enabled is known from
 * deb-systemd-helper: the presets of Debian enable everything.
 */
export const services: Collector = {
  title: "services",
  kinds: ["service"],
  async collect({ host, signal, records: recordsOf, etc }) {
    const records = await recordsOf();
    const links = await linkedUnits(host.files, signal);
    const names = new Set([...records.units.enabled.keys(), ...links, ...maskedUnits(await etc())]);
    names.delete(OWN);
    const units = [...names].filter((name) => {
      const parsed = parseUnitName(name);
      return parsed !== undefined && STARTABLE.test(parsed.suffix) && parsed.instance !== "";
    });
    return { candidates: units.toSorted().map((unit) => candidateOf(unit, records)) };
  },
};

/** Units that links of the administrator start. */
async function linkedUnits(files: FileReader, signal: AbortSignal): Promise<readonly string[]> {
  const listed = await files.list(PLACE, signal);
  if (listed.type === "unknown") throw listed.fault;
  const directories =
    listed.type === "present" ? listed.value.filter((name) => LINKS.test(name)) : [];
  const lists = await Promise.all(
    directories.map((name) => files.list(`${PLACE}/${name}`, signal)),
  );
  return lists.flatMap((list) => (list.type === "present" ? list.value : []));
}

function maskedUnits(etc: readonly EtcFile[]): readonly string[] {
  return etc.flatMap(({ path, linkTarget }) => {
    const name = path.startsWith(`${PLACE}/`) ? path.slice(PLACE.length + 1) : "";
    return linkTarget === "/dev/null" && !name.includes("/") && name !== "" ? [name] : [];
  });
}

function candidateOf(unit: string, records: InstallRecords): Candidate {
  const name = unit.replace(/\.service$/, "");
  const file = `${UNIT_FILES}${parseUnitName(unit)?.template ?? unit}`;
  return {
    section: "Services",
    ways: [
      { kind: "service", name, input: { enabled: true }, choose: chosenOf },
      // Of what is masked nobody can write whether it is enabled besides.
      { kind: "service", name, input: { masked: true }, choose: chosenOf },
    ],
    why: (described) => judge(unit, described, records),
    after: records.owned.get(file) ?? [],
  };
}

/** Whether it runs is a choice where it is to run from boot on; that it has ended may be how it works. */
function chosenOf({ state, enabled, masked }: JsonObject): JsonObject {
  if (masked === true) return { masked };
  if (enabled !== true) return enabled === undefined ? {} : { enabled };
  return state === "running" ? { state, enabled } : { enabled };
}

function judge(
  unit: string,
  { enabled, masked }: JsonObject,
  { units, scripts, owned }: InstallRecords,
): string | undefined {
  if (masked === true) {
    return units.masked.has(unit) ? undefined : "is masked, and not by its package";
  }
  const isRecorded = units.enabled.get(unit) === true;
  if (enabled === false) return isRecorded ? "is disabled; its package had enabled it" : undefined;
  const isBrought = isRecorded || scripts.ofUnit(unit) !== undefined || isLinked(unit, owned);
  return enabled === true && !isBrought ? "is enabled, and not by its package" : undefined;
}

/** Whether a package has the link that enables it. */
function isLinked(unit: string, owned: InstallRecords["owned"]): boolean {
  return [...owned.keys()].some(
    (path) => path.startsWith(`${PLACE}/`) && path.endsWith(`/${unit}`) && path.includes(".wants/"),
  );
}
