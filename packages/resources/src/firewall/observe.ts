import {
  ABSENT,
  type FirewallState,
  type Observation,
  type ObservedTable,
  present,
  type ReadContext,
} from "@holdfast/core";
import {
  type FileObserved,
  type FileSnapshot,
  observeFile,
  snapshotFiles,
} from "../file/observe.ts";
import {
  type LinkObserved,
  type LinkSnapshot,
  observeLink,
  snapshotLinks,
} from "../link/observe.ts";
import type { FirewallSpec } from "./spec.ts";

/** What the kernel has of a table, and what would load it at boot. */
export interface FirewallObserved {
  /** False under another root: nothing filters there. */
  readonly isLive: boolean;
  /** `undefined`: the kernel has none of that name. */
  readonly table?: ObservedTable;
  readonly rules?: FileObserved;
  readonly unit?: FileObserved;
  readonly link?: LinkObserved;
}

/** One bulk read for all. */
export interface FirewallSnapshot {
  readonly state: FirewallState;
  readonly files: FileSnapshot;
  readonly links: LinkSnapshot;
  readonly specs: ReadonlySet<FirewallSpec>;
}

/** Reads all tables, and all files that load them. */
export async function snapshotFirewalls(
  specs: readonly FirewallSpec[],
  context: ReadContext,
): Promise<FirewallSnapshot> {
  const { host, signal } = context;
  const names = specs.map(({ table }) => table.name);
  const files = specs.flatMap(({ boot }) => [boot.rules, boot.unit]);
  const links = specs.map(({ boot }) => boot.link);
  return {
    files: await snapshotFiles(files, context),
    links: await snapshotLinks(links, context),
    state: await host.firewall.read(names, signal),
    specs: new Set(specs),
  };
}

/** Observes one table, in the snapshot where it is in it. */
export async function observeFirewall(
  spec: FirewallSpec,
  context: ReadContext<FirewallSnapshot>,
): Promise<Observation<FirewallObserved>> {
  const alone = { ...context, snapshot: undefined };
  const { state, files, links } = context.snapshot?.specs.has(spec)
    ? context.snapshot
    : await snapshotFirewalls([spec], alone);
  const { boot } = spec;
  const rules = await observeFile(boot.rules, { ...context, snapshot: files });
  const unit = await observeFile(boot.unit, { ...context, snapshot: files });
  const link = await observeLink(boot.link, { ...context, snapshot: links });
  for (const part of [rules, unit, link]) if (part.type === "unknown") return part;
  const table = state.tables.get(spec.table.name);
  const isAnything = [rules, unit, link].some(({ type }) => type === "present");
  // Of another root nobody can say that the table is not loaded: it cannot be.
  const isElsewhere = !state.isLive && !spec.isAbsent;
  if (table === undefined && !isAnything && !isElsewhere) return ABSENT;
  return present({
    isLive: state.isLive,
    ...(table && { table }),
    ...(rules.type === "present" && { rules: rules.value }),
    ...(unit.type === "present" && { unit: unit.value }),
    ...(link.type === "present" && { link: link.value }),
  });
}
