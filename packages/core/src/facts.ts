import type { JsonObject } from "./json.ts";
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
  /** The name with its domain, by the hosts file; `undefined` where that names none. No name server is asked. */
  readonly fqdn?: string;
  /** Addresses that others can reach it by, IPv4 first: those of `interfaces` that are not link-local. */
  readonly addresses: readonly string[];
  /** Those that are up, but for loopback, by name. None of an image. */
  readonly interfaces: readonly InterfaceFacts[];
  /** Those that hold data, by name; none of an image. */
  readonly disks: readonly DiskFacts[];
  /** What files in `/etc/holdfast/facts.d` say, by the name of the file. */
  readonly custom: JsonObject;
  readonly cpuCount: number;
  readonly memoryBytes: number;
  readonly packageBackend?: PackageBackend;
  readonly init?: "systemd" | "openrc" | "launchd" | "runit" | "other";
  /** `none`, `kvm`, `container`, …; `undefined` when it is unknown. */
  readonly virtualization?: string;
  /** Identifies the machine for shards; `undefined` when only placeholders were found. */
  readonly stableId?: StableId;
}

/** A network interface. */
export interface InterfaceFacts {
  readonly name: string;
  /** Lower-case hex with colons. */
  readonly mac: string;
  /** With the length of their prefix: `10.0.0.5/24`. */
  readonly addresses: readonly string[];
}

/** A disk. */
export interface DiskFacts {
  /** As the kernel calls it: `sda`, `nvme0n1`. */
  readonly name: string;
  readonly sizeBytes: number;
  readonly model?: string;
  readonly isRotational: boolean;
  readonly isRemovable: boolean;
}

/** Every fact by name, also those that not every machine has. */
export const FACT_NAMES = [
  "os",
  "distro",
  "distroVersion",
  "kernel",
  "arch",
  "hostname",
  "fqdn",
  "addresses",
  "interfaces",
  "disks",
  "custom",
  "cpuCount",
  "memoryBytes",
  "packageBackend",
  "init",
  "virtualization",
  "stableId",
] as const satisfies readonly (keyof Facts)[];

/** Facts as plain data. */
export function factsJson({ interfaces, disks, stableId, ...plain }: Facts): JsonObject {
  return {
    ...plain,
    interfaces: interfaces.map((one) => ({ ...one })),
    disks: disks.map((one) => ({ ...one })),
    ...(stableId === undefined ? {} : { stableId: { ...stableId } }),
  };
}

/** Tried in this order. */
export const PACKAGE_BACKENDS = ["apt-get", "dnf", "yum", "zypper", "apk", "pacman"] as const;

/** The tool that installs packages. */
export type PackageBackend = (typeof PACKAGE_BACKENDS)[number];

/** An identity that survives reinstallation where the hardware has one. */
export interface StableId {
  readonly value: string;
  readonly source: "dmi-product-serial" | "device-tree-serial" | "machine-id";
}
