import { type Benchmark, metaOf } from "./control.ts";

/**
 * 1.1 Filesystem. The kernel loads the code of a file system as soon as somebody mounts one. Code that nobody uses is
 * code that a prepared disk or image can attack, so it is not loaded at all. A module that is in use stays until the next
 * boot.
 */
export function declareFilesystem({ host, control }: Benchmark): void {
  const never = { blacklist: true } as const;
  // It comes with the package kmod, which small images leave out.
  host.directory("/etc/modprobe.d", { mode: 0o755 }, metaOf(["1.1.1"]));
  // A compressed file system of small embedded devices, hardly maintained any more.
  control("1.1.1.1", (meta) => host.kernelModule("cramfs", never, meta));
  // The file system of an old commercial Unix. Only a forged image would have it today.
  control("1.1.1.2", (meta) => host.kernelModule("freevxfs", never, meta));
  // Disks of Apple computers of the nineties.
  control("1.1.1.3", (meta) => host.kernelModule("hfs", never, meta));
  // Their successor. A phone that is plugged in could bring one.
  control("1.1.1.4", (meta) => host.kernelModule("hfsplus", never, meta));
  // Made for flash chips without a controller, which no server has.
  control("1.1.1.5", (meta) => host.kernelModule("jffs2", never, meta));
  // Sticks carry data out and malware in; a server in a rack is given neither.
  control("1.1.1.9", (meta) => host.kernelModule("usb-storage", never, meta));
}
