import { arch, availableParallelism, hostname as hostName, release, totalmem } from "node:os";
import { type Facts, PACKAGE_BACKENDS, type PackageBackend, type Platform } from "@holdfast/core";
import { readCustomFacts } from "./custom/read-custom-facts.ts";
import { readDisks } from "./disks.ts";
import { readFqdn, readNetwork } from "./network.ts";
import { readStableId } from "./stable-id.ts";
import { RootReader } from "./root-reader.ts";
import { readContainer, readVirtualization } from "./virtualization.ts";

/** Where facts come from. */
export interface FactsOptions {
  /** Absolute. Default `/`. Kernel, architecture, CPUs and memory are this machine's under any root. */
  readonly root?: string;
}

const PROGRAM_DIRECTORIES = ["usr/bin", "bin", "usr/sbin", "sbin"];

/**
 * Reads what is known of the machine, from small local files only: no child process, no network, a millisecond or
 * two. Unreadable facts are left out, but for custom ones.
 * @throws {Fault} InputInvalid, with all mistakes in the files of custom facts.
 */
export async function readFacts(options: FactsOptions = {}): Promise<Facts> {
  const root = new RootReader(options.root ?? "/");
  const osRelease = readOsRelease(root);
  const hostname = readHostname(root);
  return {
    os: platformOf(process.platform),
    ...given("distro", osRelease.get("ID")),
    ...given("distroVersion", osRelease.get("VERSION_ID")),
    kernel: release(),
    arch: arch(),
    hostname,
    ...given("fqdn", readFqdn(root, hostname)),
    ...readNetwork(root),
    disks: readDisks(root),
    custom: readCustomFacts(root),
    cpuCount: availableParallelism(),
    memoryBytes: totalmem(),
    ...given("packageBackend", findPackageBackend(root)),
    ...given("init", findInit(root)),
    ...given("virtualization", readVirtualization(root)),
    ...given("stableId", readStableId(root, { isContainer: readContainer(root) !== undefined })),
  };
}

function platformOf(name: NodeJS.Platform): Platform {
  if (name === "win32") return "windows";
  return name === "darwin" ? "darwin" : "linux";
}

// os-release(5): KEY=value lines, the value as a shell would read it.
function readOsRelease(root: RootReader): ReadonlyMap<string, string> {
  const text = root.text("etc/os-release") ?? root.text("usr/lib/os-release") ?? "";
  const fields = new Map<string, string>();
  for (const [, key, value] of text.matchAll(/^([A-Z][A-Z0-9_]*)=(.*)$/gm)) {
    if (key !== undefined && value !== undefined) fields.set(key, unquote(value.trim()));
  }
  return fields;
}

function unquote(value: string): string {
  const quoted = /^(["'])(.*)\1$/.exec(value)?.[2];
  return (quoted ?? value).replace(/\\(["'$`\\])/g, "$1");
}

function readHostname(root: RootReader): string {
  if (root.isMachine) return hostName();
  return root.text("etc/hostname")?.trim() || hostName();
}

/** The first package tool that is installed, in the order of B6; `undefined` when none is. */
export function findPackageBackend(root: RootReader): PackageBackend | undefined {
  return PACKAGE_BACKENDS.find((name) =>
    PROGRAM_DIRECTORIES.some((directory) => root.has(`${directory}/${name}`)),
  );
}

// sd_booted(3) and its like for a running system; what is installed for an image.
function findInit(root: RootReader): Facts["init"] {
  if (root.isMachine && process.platform === "darwin") return "launchd";
  if (root.has("run/systemd/system")) return "systemd";
  if (root.has("run/openrc")) return "openrc";
  if (root.has("run/runit")) return "runit";
  if (root.isMachine) return process.platform === "linux" ? "other" : undefined;
  if (root.has("usr/lib/systemd/systemd") || root.has("lib/systemd/systemd")) return "systemd";
  if (root.has("sbin/openrc-init") || root.has("sbin/openrc")) return "openrc";
  return root.has("sbin/runit-init") || root.has("usr/bin/runit") ? "runit" : undefined;
}

function given<Key extends string, Value>(
  key: Key,
  value: Value | undefined,
): { readonly [K in Key]?: Value } {
  return value === undefined ? {} : keyed(key, value);
}

// A computed key loses its literal type, which nothing but this cast can give back.
function keyed<Key extends string, Value>(key: Key, value: Value): { readonly [K in Key]: Value } {
  return { [key]: value } as { readonly [K in Key]: Value };
}
