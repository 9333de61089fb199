import type { Graph } from "@holdfast/core";
import type { LocaleSpec, TimezoneSpec } from "@holdfast/resources";
import type { SimulatedKernel } from "@holdfast/testing";
import { makeDirectory } from "./fresh-machine.ts";

const LOCALES = "/usr/lib/locale";
/** What every zone begins with. */
const ZONE = "TZif2";

/**
 * Puts on a fresh machine what packages of the system bring and a simulated one lacks: the zones and locales that a graph
 * names. They are taken to exist; a misspelled one is found on a real machine alone.
 */
export function makeDataOf({ resources }: Graph, kernel: SimulatedKernel): void {
  for (const { kind, spec } of resources) {
    if (kind === "timezone") {
      const { zonePath } = spec as TimezoneSpec;
      makeDirectory(kernel, zonePath.slice(0, zonePath.lastIndexOf("/")));
      kernel.tamper.write(zonePath, ZONE);
    }
    if (kind === "locale") {
      for (const name of (spec as LocaleSpec).locales) makeDirectory(kernel, `${LOCALES}/${name}`);
    }
  }
}
