import type { HintSink, KindWatch, ReadContext } from "@holdfast/core";
import { watchTogether } from "../watch-together.ts";
import type { PackageSpec } from "./spec.ts";
import { managesVersion } from "./version-rule.ts";

/** Watches the database for all, and the sources for those that they concern. */
export function watchPackages(
  specs: readonly PackageSpec[],
  { host, signal }: ReadContext,
  sink: HintSink,
): Promise<KindWatch<PackageSpec>> {
  return watchTogether(specs, sink, (hear) =>
    host.packages.watch(
      (hint) => (hint.type === "available" ? hear(hint, isForSources) : hear(hint)),
      signal,
    ),
  );
}

/** What is offered matters to who wants the newest, or a version that was perhaps not offered until now. */
function isForSources({ version, isAbsent }: PackageSpec): boolean {
  return !isAbsent && managesVersion(version);
}
