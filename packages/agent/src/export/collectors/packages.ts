import type { InstalledPackage, PackageDatabase } from "@holdfast/core";
import type { AskedFor, PackageHistory } from "@holdfast/host";
import type { Candidate, LeftOut } from "../candidate.ts";
import type { Collector } from "../collector.ts";
import { withoutNeeded } from "../evidence/package-needs.ts";

/** Packages that were asked for, less those that every system has and those that come along with others. */
export const packages: Collector = {
  title: "packages that were asked for",
  kinds: ["package"],
  async collect(evidence) {
    // First, for where there are no records nothing is asked of another package tool.
    const { packages: records, history } = await evidence.records();
    const database = await evidence.packages();
    const installed = installedIn(database);
    const asked = installed.filter(({ found: { name, isManual } }) => {
      const isBrought = history.initial.has(name) && !history.asked.has(name);
      return isManual && !isBrought && records.get(name)?.isBasic !== true;
    });
    const names = asked.map(({ found }) => found.name);
    const kept = new Set(withoutNeeded(names, await evidence.needs()));
    const chosen = new Set(asked.filter(({ found }) => kept.has(found.name)));
    return {
      candidates: installed.map((one) => candidateOf(one, chosen.has(one), history)),
      leftOut: brokenIn(database),
    };
  },
};

interface NamedPackage {
  /** As a manifest names it: with its architecture where that is not the machine's own. */
  readonly id: string;
  readonly found: InstalledPackage;
}

function installedIn({ packages: all }: PackageDatabase): readonly NamedPackage[] {
  const distinct = new Set([...all.values()].filter(({ state }) => state.type === "installed"));
  return [...distinct]
    .map((found) => {
      const id = all.get(found.name) === found ? found.name : `${found.name}:${found.architecture}`;
      return { id, found };
    })
    .toSorted((one, other) => (one.id < other.id ? -1 : 1));
}

function candidateOf(
  { id, found }: NamedPackage,
  isChosen: boolean,
  { asked }: PackageHistory,
): Candidate {
  const held = found.isHeld ? "; is held" : "";
  return {
    section: "Packages",
    ways: [{ kind: "package", name: id, input: found.isHeld ? { hold: true } : {} }],
    why: isChosen ? `was asked for${wordsOf(asked.get(found.name))}${held}` : `came along${held}`,
    isDefault: !isChosen && !found.isHeld,
  };
}

function wordsOf(asked: AskedFor | undefined): string {
  if (asked === undefined) return "";
  return ` on ${asked.day}${asked.by === undefined ? "" : ` by ${asked.by}`}`;
}

function brokenIn({ packages: all }: PackageDatabase): readonly LeftOut[] {
  const broken = [...new Set(all.values())].filter(({ state }) => state.type === "broken");
  return broken.map(({ name }) => {
    return {
      reason: "unreadable",
      what: `package:${name}`,
      detail: "it is installed only in part",
    };
  });
}
