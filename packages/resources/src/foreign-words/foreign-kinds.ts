import type { ForeignWord } from "./foreign-word.ts";

/** Kinds that the design has and this version has not, each with what does the work until then. */
export const UNBUILT_KINDS: Readonly<Record<string, string>> = {
  "launchd-service": "a file in /Library/LaunchDaemons, and an exec for launchctl with a guard.",
  plist: "an exec of defaults(1) with a guard, or the whole file.",
  brew: "an exec of brew with a guard.",
  pf: 'a file /etc/pf.conf with validate: [pfctl, -n, -f, "%s"].',
  registry: "an exec of reg.exe with a guard.",
  winget: "an exec of winget with a guard.",
  choco: "an exec of choco with a guard.",
  "security-policy": "an exec of secedit with a guard.",
  "audit-policy": "an exec of auditpol with a guard.",
};

/** Kinds, modules and types of other tools; separated by spaces. */
export const FOREIGN_KINDS: Readonly<Record<string, ForeignWord>> = {
  "apt yum dnf zypper pacman apk pkg pkgs packages apt_package rpm deb pip_package":
    "kind: package",
  "copy cookbook_file remote_file files get_url slurp": "kind: file",
  template: ["kind: file", "Its field template makes the content."],
  "folder dir mkdir": "kind: directory",
  "symlink ln hardlink": "kind: link",
  "lineinfile blockinfile replace file_line ini_file ini_setting augeas text": "kind: line",
  "command shell cmd script raw run bash execute commands": "kind: exec",
  "systemd systemd_service services daemon upstart": [
    "kind: service",
    "A unit file is a systemd-unit.",
  ],
  "unit systemd_unit": "kind: systemd-unit",
  "cronjob cron_d cron_job schedule": "kind: cron",
  "authorized_key ssh_authorized_key ssh_key sshkey": "kind: ssh-key",
  "unarchive extract tarball zip archive_file": "kind: archive",
  "git vcsrepo subversion checkout": "kind: git-checkout",
  "apt_repository yum_repository apt_source repo repository apt-source deb822_repository": [
    "kind: apt-repository",
    "",
  ],
  "users account useradd": "kind: user",
  "groups groupadd": "kind: group",
  "mounts filesystem_mount fstab": "kind: mount",
  "modprobe kmod kernel_module module": "kind: kernel-module",
  locale_gen: "kind: locale",
  "pam_limits limit ulimit": "kind: limits",
  "host_name computer_name": "kind: hostname",
  "host hosts hostsfile_entry hosts_entry etc_hosts": "kind: hosts-entry",
  "ca_certificate trust": "kind: ca-certificate",
  "json json_file": "kind: json-field",
  "ufw iptables nftables nft firewalld firewall_rule": [
    "kind: firewall",
    "It has the rules of one table, in chains.",
  ],
  "interface interfaces networkd network_interface nmcli": [
    "kind: network",
    "Its name is that of the link.",
  ],
  "docker_container podman_container docker pod deployment": "kind: container",
  "debug notify set_fact fail assert include_tasks import_tasks include_role meta handler": [
    "",
    "A manifest says what is to be, not what to do: leave it out.",
  ],
};
