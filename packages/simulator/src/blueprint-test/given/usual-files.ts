/** Directories that every simulated machine has. */
export const DIRECTORIES = [
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

/** Files that every simulated machine has, with their texts. */
export const FILES: Readonly<Record<string, string>> = {
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

/** Whether every machine has a directory. */
export function isOnEveryMachine(directory: string): boolean {
  return DIRECTORIES.some((path) => path === directory || path.startsWith(`${directory}/`));
}
