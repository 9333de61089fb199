import type { Platform } from "./platform.ts";

/** What is known of the machine before anything is declared. Blueprints branch on it. */
export interface Facts {
  readonly os: Platform;
  /** `debian`, `ubuntu`, `fedora` … from os-release's ID; `undefined` where there is none. */
  readonly distro?: string;
  /** os-release's VERSION_ID, e.g. `12`. */
  readonly distroVersion?: string;
  /** Kernel release. */
  readonly kernel: string;
  /** As Node names it: `x64`, `arm64`, `arm`. */
  readonly arch: string;
  readonly hostname: string;
  readonly cpuCount: number;
  readonly memoryBytes: number;
  readonly packageBackend?: PackageBackend;
  readonly init?: "systemd" | "openrc" | "launchd" | "runit" | "other";
  /** `none`, `kvm`, `container`, …; `undefined` when it is unknown. */
  readonly virtualization?: string;
  /** Identifies the machine for shards; `undefined` when only placeholders were found. */
  readonly stableId?: StableId;
}

/** Every fact by name, also those that not every machine has. */
export const FACT_NAMES = [
  "os",
  "distro",
  "distroVersion",
  "kernel",
  "arch",
  "hostname",
  "cpuCount",
  "memoryBytes",
  "packageBackend",
  "init",
  "virtualization",
  "stableId",
] as const satisfies readonly (keyof Facts)[];

/** Tried in this order. */
export const PACKAGE_BACKENDS = ["apt-get", "dnf", "yum", "zypper", "apk", "pacman"] as const;

/** The tool that installs packages. */
export type PackageBackend = (typeof PACKAGE_BACKENDS)[number];

/** An identity that survives reinstallation where the hardware has one. */
export interface StableId {
  readonly value: string;
  readonly source: "dmi-product-serial" | "device-tree-serial" | "machine-id";
}
