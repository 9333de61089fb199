import type { SimulatedKernel } from "@holdfast/testing";

const DIRECTORIES = [
  "/etc/apt/apt.conf.d",
  "/etc/apt/sources.list.d",
  "/etc/cron.d",
  "/etc/default",
  "/etc/logrotate.d",
  "/etc/modprobe.d",
  "/etc/modules-load.d",
  "/etc/network",
  "/etc/profile.d",
  "/etc/security/limits.d",
  "/etc/ssh/sshd_config.d",
  "/etc/sudoers.d",
  "/etc/sysctl.d",
  "/etc/systemd/system",
  "/home",
  "/media",
  "/mnt",
  "/opt",
  "/root",
  "/run",
  "/srv",
  "/tmp",
  "/usr/bin",
  "/usr/lib",
  "/usr/local/bin",
  "/usr/local/etc",
  "/usr/local/lib",
  "/usr/local/sbin",
  "/usr/local/share",
  "/usr/sbin",
  "/usr/share",
  "/var/backups",
  "/var/cache",
  "/var/lib",
  "/var/local",
  "/var/log",
  "/var/opt",
  "/var/spool",
  "/var/tmp",
];

const FILES: Readonly<Record<string, string>> = {
  "/etc/fstab": "# <file system> <mount point> <type> <options> <dump> <pass>\n",
  "/etc/group": "root:x:0:\n",
  "/etc/hostname": "simulated\n",
  "/etc/hosts": "127.0.0.1\tlocalhost\n",
  "/etc/motd": "\n",
  "/etc/gshadow": "root:*::\n",
  "/etc/passwd": "root:x:0:0:root:/root:/bin/sh\n",
  "/etc/shadow": "root:*:19000:0:99999:7:::\n",
  "/etc/profile": "# system-wide profile\n",
  "/etc/resolv.conf": "nameserver 127.0.0.1\n",
};

/** Puts on an empty disk what every machine has before anything is declared, and what is said to be there besides. */
export function makeFreshMachine(
  { tamper, inspect }: SimulatedKernel,
  exists: readonly string[],
): void {
  const makeDirectory = (path: string): void => {
    if (path === "" || inspect.stat(path) !== undefined) return;
    makeDirectory(path.slice(0, path.lastIndexOf("/")));
    tamper.makeDirectory(path);
  };
  for (const path of DIRECTORIES) makeDirectory(path);
  for (const [path, content] of Object.entries(FILES)) tamper.write(path, content);
  for (const path of exists) {
    makeDirectory(path.endsWith("/") ? path.slice(0, -1) : path.slice(0, path.lastIndexOf("/")));
    if (!path.endsWith("/")) tamper.write(path, "");
  }
}
