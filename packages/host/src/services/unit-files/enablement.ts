import { type Enablement, type EnablementState, isTemplate, type UnitName } from "@holdfast/core";
import { readInstallSection } from "./install-section.ts";
import { isGenerated, isTransient, lastingOf, PERSISTENT_UNITS } from "./search-path.ts";
import type { UnitDirectories } from "./unit-directories.ts";

/** The file of a unit, apart from masks. */
export interface Fragment {
  /** The directory of unit files that it is in. */
  readonly directory: string;
  readonly path: string;
  readonly isLink: boolean;
  /** `undefined` when it was not read. */
  readonly text: string | undefined;
  /** Whether a drop-in has an [Install] section. */
  readonly isExtended: boolean;
}

/** What makes a unit enabled, by name. */
export interface LinkIndex {
  /** Units that a link under /etc starts. */
  readonly persistent: ReadonlySet<string>;
  /** Units that a link under /run starts. */
  readonly runtime: ReadonlySet<string>;
  /** Units that have a further name. */
  readonly aliased: ReadonlySet<string>;
  readonly isComplete: boolean;
}

/** Sorts the links of the directories of unit files by what they lead to. */
export function indexLinks({ links, isComplete }: UnitDirectories): LinkIndex {
  const persistent = new Set<string>();
  const runtime = new Set<string>();
  const aliased = new Set<string>();
  for (const { directory, starts, name, target } of links) {
    if (starts === undefined) {
      if (name !== target) aliased.add(target);
      continue;
    }
    // Only newer versions know these; whether this one does is for it to say.
    const isUnsure = starts.endsWith(".upholds");
    const enabled = directory === PERSISTENT_UNITS ? persistent : runtime;
    for (const unit of [name, target]) (isUnsure ? aliased : enabled).add(unit);
  }
  return { persistent, runtime, aliased, isComplete };
}

/**
 * How a unit with a file is enabled, by the rules of systemd's own `unit_file_lookup_state` as far as they can be
 * followed with certainty; `undefined` where systemd must be asked: for templates and most instances, files that are
 * links, units with further names, and drop-ins with an [Install] section.
 */
export function enablementOf(
  unit: UnitName,
  fragment: Fragment,
  links: LinkIndex,
): Enablement | undefined {
  const { directory, isLink, text, isExtended } = fragment;
  const lasting = lastingOf(directory);
  if (isTransient(directory)) return { state: "transient", lasting };
  if (isGenerated(directory)) return { state: "generated", lasting };
  if (isLink || isTemplate(unit) || !links.isComplete) return undefined;
  if (links.persistent.has(unit.name)) return { state: "enabled", lasting: "persistent" };
  if (links.aliased.has(unit.name)) return undefined;
  if (links.runtime.has(unit.name)) return { state: "enabled", lasting: "runtime" };
  if (unit.instance !== undefined || isExtended || text === undefined) return undefined;
  return { state: restingState(text), lasting: "persistent" };
}

/** How a unit is called that no link enables. */
function restingState(text: string): EnablementState {
  const { hasLinks, hasAlso } = readInstallSection(text);
  if (hasLinks) return "disabled";
  return hasAlso ? "indirect" : "static";
}

/** Understands what systemd says of how a unit is enabled. */
export function readEnablement(word: string): Enablement | "masked" | "masked-runtime" {
  if (word === "masked" || word === "masked-runtime") return word;
  const lasting = word.endsWith("-runtime") ? "runtime" : "persistent";
  const bare = word.replace(/-runtime$/, "");
  return { state: STATES.find((state) => state === bare) ?? "bad", lasting };
}

const STATES: readonly EnablementState[] = [
  "enabled",
  "disabled",
  "static",
  "indirect",
  "linked",
  "alias",
  "generated",
  "transient",
];
