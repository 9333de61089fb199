/** A Debian package that tests use, beyond what Node and npm bring. */
export interface DebianPackage {
  readonly name: string;
  /** A program of it, by which it is recognized where there is no dpkg. */
  readonly program: string;
  /** What is skipped without it, as the list in a sentence says it. */
  readonly tests: string;
}

/** Every Debian package that tests use. A test that needs another one adds it here, and nowhere else. */
export const DEBIAN_PACKAGES: readonly DebianPackage[] = [
  { name: "systemd", program: "systemctl", tests: "the machine with a real systemd" },
  { name: "dbus", program: "dbus-daemon", tests: "systemd-networkd" },
  { name: "git", program: "git", tests: "checkouts of git" },
  { name: "iproute2", program: "ip", tests: "network interfaces" },
  { name: "nftables", program: "nft", tests: "the firewall" },
  { name: "podman", program: "podman", tests: "containers" },
  { name: "crun", program: "crun", tests: "containers" },
  { name: "busybox-static", program: "busybox", tests: "containers" },
  { name: "locales", program: "locale-gen", tests: "locales that are generated" },
  { name: "ca-certificates", program: "update-ca-certificates", tests: "the trust store" },
  { name: "openssh-client", program: "ssh-keygen", tests: "keys of SSH" },
  { name: "redis-server", program: "redis-server", tests: "a provider of a real server" },
  { name: "pacman-package-manager", program: "pacman", tests: "packages of pacman" },
];
