import type { Watch } from "../paths.ts";
import type { FirewallChain, FirewallTable } from "./firewall-table.ts";

/** What the kernel filters with, as of one moment. */
export interface FirewallState {
  /** False under another root: nothing filters there, so that there are no tables and that says nothing. */
  readonly isLive: boolean;
  /** Those of the tables that were asked for and are there, by name. */
  readonly tables: ReadonlyMap<string, ObservedTable>;
}

/** A table as it is in the kernel. */
export interface ObservedTable {
  readonly name: string;
  /** In the normal form, as far as they can be read; see `others`. */
  readonly sets: FirewallTable["sets"];
  readonly maps: FirewallTable["maps"];
  readonly chains: readonly ObservedChain[];
  /** Everything else that is in it, each thing as nft shows it: no table that can be asked for here has any. */
  readonly others: readonly string[];
}

/** A chain as it is in the kernel. */
export interface ObservedChain extends Omit<FirewallChain, "rules"> {
  readonly rules: readonly ObservedRule[];
}

/** A rule as it is in the kernel: one that can be asked for here, or the text of any other. */
export type ObservedRule =
  | { readonly rule: FirewallChain["rules"][number]; readonly other?: undefined }
  | { readonly rule?: undefined; readonly other: string };

/** What a watch of the firewall says. */
export type FirewallHint =
  /** These tables changed; without names, any may have. */
  | { readonly type: "firewall"; readonly trigger: string; readonly tables?: ReadonlySet<string> }
  | { readonly type: "overflow" };

/**
 * Observing the firewall of the kernel: tables of nftables of the family inet, each by its name.
 *
 * Faults of all: NotPrivileged, CommandNotFound, CommandTimeout, HostFailed, Aborted.
 */
export interface FirewallReader {
  /** Reads the tables of these names. @throws {Fault} FirewallUnreadable. */
  read(names: readonly string[], signal: AbortSignal): Promise<FirewallState>;
  /**
   * Has the kernel check a table as `replace` would load it, and changes nothing.
   * @throws {Fault} FirewallRefused, with the words of nft.
   */
  check(table: FirewallTable, signal: AbortSignal): Promise<void>;
  /**
   * Resolves when live: every change of a table after that is hinted, whoever made it. The monitor ends with what it runs on,
   * and the watch with it.
   * @throws {Fault} WatchFailed.
   */
  watch(hear: (hint: FirewallHint) => void, signal: AbortSignal): Promise<Watch>;
}

/** Changing it. Under another root nothing can be: FirewallUnavailable. */
export interface FirewallWriter extends FirewallReader {
  /**
   * Makes a table what it should be by one transaction, after a check: at each moment a packet meets all of the old rules or
   * all of the new ones. A rule that stays goes on counting from where it was, but for the packets of the moment between
   * reading and loading. No other table is touched.
   * @throws {Fault} FirewallRefused, and nothing was changed.
   */
  replace(table: FirewallTable, signal: AbortSignal): Promise<void>;
  /** Takes a table away; none is fine. @throws {Fault} FirewallRefused. */
  remove(name: string, signal: AbortSignal): Promise<void>;
}
