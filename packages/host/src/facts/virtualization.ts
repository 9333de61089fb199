import type { RootReader } from "./root-reader.ts";

/** What the maker of a machine calls itself when there is no such machine (systemd's src/basic/virt.c). */
const VENDORS: readonly (readonly [RegExp, string])[] = [
  [/\bKVM\b|\bOpenStack\b|\bKubeVirt\b/, "kvm"],
  [/Amazon EC2/, "amazon"],
  [/Google Compute Engine/, "google"],
  [/\bQEMU\b/, "qemu"],
  [/VMware|VMW/, "vmware"],
  [/innotek GmbH|VirtualBox/, "oracle"],
  [/\bXen\b/, "xen"],
  [/\bBochs\b/, "bochs"],
  [/Parallels/, "parallels"],
  [/\bBHYVE\b/, "bhyve"],
  [/Apple Virtualization/, "apple"],
];

/**
 * What the machine runs in: a container's name as it gives it (`docker`, `podman`, `lxc`, `systemd-nspawn`, else
 * `container`), a hypervisor's, `vm-other`, or `none`; `undefined` when it is unknown. Under another root than
 * `/` nothing runs, so it cannot.
 */
export function readVirtualization(root: RootReader): string | undefined {
  return readContainer(root) ?? readHypervisor(root);
}

/** The container that it runs in, as `readVirtualization` names it; `undefined` when it runs in none. */
export function readContainer(root: RootReader): string | undefined {
  if (!root.isMachine) return undefined;
  const published = root.text("run/systemd/container")?.trim();
  if (published !== undefined && published !== "") return published;
  // Only root may read it; a container's first process gets this variable.
  const variable = /(?:^|\0)container=([^\0]*)/.exec(root.text("proc/1/environ") ?? "")?.[1];
  if (variable !== undefined) return variable === "" ? "container" : variable;
  if (root.has("run/.containerenv")) return "podman";
  return root.has(".dockerenv") ? "docker" : undefined;
}

function readHypervisor(root: RootReader): string | undefined {
  if (!root.isMachine) return undefined;
  const maker = ["sys_vendor", "product_name", "board_vendor", "bios_vendor"]
    .map((name) => root.text(`sys/class/dmi/id/${name}`)?.trim() ?? "")
    .join("\n");
  for (const [pattern, name] of VENDORS) if (pattern.test(maker)) return name;
  if (/Microsoft Corporation\nVirtual Machine/.test(maker)) return "microsoft";
  const kind = root.text("sys/hypervisor/type")?.trim();
  if (kind !== undefined && kind !== "") return kind;
  const flags = /^flags\s*:(.*)$/m.exec(root.text("proc/cpuinfo") ?? "")?.[1];
  if (flags === undefined) return undefined;
  return /\bhypervisor\b/.test(flags) ? "vm-other" : "none";
}
