import { API_VERSION, type Diagnosed, type Mistake, readDocument } from "@holdfast/core";
import * as z from "zod/mini";
import { adviceFor, type Registry } from "../provider/registry.ts";
import { levelsOf } from "./levels.ts";
import { ENTRY_DEFAULTS, type ProviderEntry } from "./provider-entry.ts";

/** Most providers in one file. */
const MOST_PROVIDERS = 1_000;
const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000 } as const;
const SHORTEST_INTERVAL_MS = 10_000;

/** Reads `resources.yaml`. Every mistake there is is in the diagnostics, with file, line and column. */
export function readResources(
  file: { readonly file: string; readonly text: string; readonly format: "yaml" | "json" },
  registry: Registry,
): Diagnosed<readonly ProviderEntry[]> {
  const { input, report, diagnosed } = readDocument(file, {
    schema: resourcesSchema(),
    noun: "list of providers",
  });
  if (input === undefined) return diagnosed<readonly ProviderEntry[]>(undefined);
  const entries = input.providers.map((each, at) => {
    const path = ["providers", at];
    if (!registry.has(each.type)) {
      const detail = `There is no provider of type "${each.type}". ${adviceFor(each.type, registry.types)}`;
      report({ path: [...path, "type"], summary: "Unknown provider", detail });
    }
    const { type, suspended, interval } = each;
    return {
      type,
      root: each.root ?? ENTRY_DEFAULTS.root,
      dependsOn: each.dependsOn ?? ENTRY_DEFAULTS.dependsOn,
      wave: each.wave ?? ENTRY_DEFAULTS.wave,
      isSuspended: suspended ?? ENTRY_DEFAULTS.isSuspended,
      autoApply: each.autoApply ?? ENTRY_DEFAULTS.autoApply,
      prune: each.prune ?? ENTRY_DEFAULTS.prune,
      intervalMs: intervalOf(interval, [...path, "interval"], report),
    };
  });
  const first = new Map<string, number>();
  for (const [at, { type }] of entries.entries()) {
    const before = first.get(type);
    if (before === undefined) first.set(type, at);
    else report(repeated(type, at, before));
  }
  reportOrder(entries, first, report);
  return diagnosed<readonly ProviderEntry[]>(entries);
}

function reportOrder(
  entries: readonly ProviderEntry[],
  places: ReadonlyMap<string, number>,
  report: (mistake: Mistake) => void,
): void {
  const order = levelsOf(entries);
  if (order.type === "unknown") {
    const { from, to } = order;
    const at = places.get(from) ?? 0;
    const detail = `${from} depends on "${to}", which is not in this file. ${adviceFor(to, [...places.keys()])}`;
    const path = ["providers", at, "dependsOn"];
    report({ path, summary: "Unknown dependency", detail });
  }
  if (order.type === "cycle") {
    const [first = ""] = order.members;
    const way = [...order.members, first].join(" → ");
    const detail = `${way}: remove one of these dependencies (an arrow reads "comes after").`;
    const path = ["providers", places.get(first) ?? 0, "dependsOn"];
    report({ path, summary: "Providers depend on each other in a circle", detail });
  }
}

function repeated(type: string, at: number, before: number): Mistake {
  const detail = `${type} is at providers[${before}] already. Keep one of the two.`;
  return { path: ["providers", at, "type"], summary: "Provider twice", detail };
}

function intervalOf(
  text: string | undefined,
  path: readonly (string | number)[],
  report: (mistake: Mistake) => void,
): number | "manual" {
  if (text === undefined || text === "manual") return "manual";
  const [, count = "", unit = ""] = /^(\d{1,6})([smh])$/.exec(text) ?? [];
  const intervalMs = Number(count) * (UNIT_MS[unit as keyof typeof UNIT_MS] ?? 0);
  if (intervalMs >= SHORTEST_INTERVAL_MS) return intervalMs;
  const detail = `interval must be "manual" or a number with s, m or h, 10s at least: "5m".`;
  report({ path, summary: "Wrong value", detail });
  return "manual";
}

function resourcesSchema() {
  const entry = z.strictObject({
    type: z.string(),
    root: z.optional(z.string()),
    dependsOn: z.optional(z.array(z.string())),
    wave: z.optional(z.int()),
    suspended: z.optional(z.boolean()),
    autoApply: z.optional(z.boolean()),
    prune: z.optional(z.boolean()),
    interval: z.optional(z.string()),
  });
  return z.strictObject({
    apiVersion: z.literal(API_VERSION),
    kind: z.literal("Providers"),
    providers: z.array(entry).check(z.maxLength(MOST_PROVIDERS)),
    $schema: z.optional(z.string()),
  });
}
