import { type BindReport, loadText, type FirewallTable, type Ownership } from "@holdfast/core";
import type { FileSpec } from "../file/spec.ts";
import { bindLink, type LinkSpec } from "../link/spec.ts";
import { RENDERED_HEADER, renderedFile } from "../rendered-file/rendered-file.ts";
import { bindTable, tableName } from "./bind/bind-table.ts";
import { checkManagement } from "./management/check-management.ts";
import type { FirewallInput } from "./bind/fields.ts";
import { unitText } from "./unit-text.ts";

const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,30}$/;
const UNITS = "/etc/systemd/system";
const RULES = "/etc/nftables.d";

/** A table of the kernel's firewall, and what loads it at boot. */
export interface FirewallSpec {
  readonly name: string;
  /** In the normal form; of one that is to be absent there is only its name. */
  readonly table: FirewallTable;
  /** Three parts, each absent where it is not loaded at boot. */
  readonly boot: BootFiles;
  readonly isAbsent: boolean;
  /** Somebody manages the machine by the network. */
  readonly isManaged: boolean;
}

/** What makes a table be loaded at boot: its rules, a unit that loads them, and the link by which systemd starts that. */
export interface BootFiles {
  readonly rules: FileSpec;
  readonly unit: FileSpec;
  readonly link: LinkSpec;
}

/** Joins name and input. */
export function bindFirewall(name: string, input: FirewallInput, report: BindReport): FirewallSpec {
  if (!NAME.test(name)) {
    report("", "not a name of a firewall", "write letters, digits, _ and -, at most 31");
  }
  const isAbsent = input.state === "absent";
  let hasMistake = false;
  const counting: BindReport = (path, summary, detail) => {
    hasMistake = true;
    report(path, summary, detail);
  };
  if (isAbsent && (input.chains ?? input.sets ?? input.maps) !== undefined) {
    counting(
      "state",
      "rules of what should be absent",
      "keep the rules or state: absent, not both",
    );
  }
  if (!isAbsent && input.chains === undefined) {
    counting("", "no chains", "write chains, or state: absent to remove the table");
  }
  const table = isAbsent ? emptyTable(name) : bindTable(name, input, counting);
  // Of rules with a typo it cannot be said whom they cut off.
  if (!isAbsent && !hasMistake) checkManagement(table, input.management, report);
  const isPersisted = !isAbsent && input.persisted !== false;
  const boot = bootFiles(name, isPersisted ? table : undefined);
  return { name, table, boot, isAbsent, isManaged: input.management !== "none" };
}

/** The table is not there, and nothing loads it. */
export function absentFirewall({ name }: FirewallSpec): FirewallSpec {
  return bindFirewall(name, { state: "absent" }, () => {});
}

/** The table, and the files that load it. */
export function ownedByFirewall({ name, boot }: FirewallSpec): readonly Ownership[] {
  return [
    { thing: `firewall:${name}`, isWhole: true },
    ...pathsOf(boot).map((path) => ({ thing: `path:${path}`, isWhole: true }) as const),
  ];
}

/** Where these files are. */
export function pathsOf({ rules, unit, link }: BootFiles): readonly string[] {
  return [rules.path, unit.path, link.path];
}

/** What is loaded at boot, as the file says it. */
export function rulesText(table: FirewallTable): string {
  return `${RENDERED_HEADER}${loadText(table)}`;
}

function bootFiles(name: string, table: FirewallTable | undefined): BootFiles {
  const nobody: BindReport = () => {};
  const rules = `${RULES}/${tableName(name)}.nft`;
  const unit = `holdfast-firewall-${name}.service`;
  const text = table && rulesText(table);
  const unitFile = table && unitText(name, rules);
  const link = `${UNITS}/sysinit.target.wants/${unit}`;
  return {
    rules: renderedFile({ path: rules, text }, nobody),
    unit: renderedFile({ path: `${UNITS}/${unit}`, text: unitFile }, nobody),
    link: bindLink(link, table ? { target: `../${unit}` } : { state: "absent" }, nobody),
  };
}

function emptyTable(name: string): FirewallTable {
  return { name: tableName(name), sets: [], maps: [], chains: [] };
}
