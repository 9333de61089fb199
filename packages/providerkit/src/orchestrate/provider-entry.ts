import type { Registry } from "../provider/registry.ts";

/** One provider that is to be kept, as `resources.yaml` says. */
export interface ProviderEntry {
  readonly type: string;
  /** Where its own configuration is, below the directory of `resources.yaml`. */
  readonly root: string;
  /** Types that come first. */
  readonly dependsOn: readonly string[];
  /** Within one level, lower ones come first. */
  readonly wave: number;
  readonly isSuspended: boolean;
  /** Whether `serve` applies; a command always does. */
  readonly autoApply: boolean;
  /** Whether anything is deleted. */
  readonly prune: boolean;
  /** `manual`: only on request. */
  readonly intervalMs: number | "manual";
}

/** What an entry is where nothing is said. */
export const ENTRY_DEFAULTS = {
  root: ".",
  dependsOn: [],
  wave: 0,
  isSuspended: false,
  autoApply: false,
  prune: false,
  intervalMs: "manual",
} as const;

/** Without `resources.yaml`: every registered provider, on request only; nothing is applied by itself, nothing deleted (P4). */
export function discoverEntries(registry: Registry): readonly ProviderEntry[] {
  return registry.types.map((type) => ({ type, ...ENTRY_DEFAULTS }));
}
