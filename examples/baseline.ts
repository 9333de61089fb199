/**
 * What every Debian server of a fleet has in common: updates, an administrator who can log in, a careful SSH server, the
 * right time, bounded logs, and the certificates of the company.
 *
 *     holdfast plan examples/baseline.ts --param admin=kim --param key="$(cat ~/.ssh/id_ed25519.pub)"
 *     holdfast plan examples/baseline.ts --only ssh        # one part: each has a tag
 *
 * Copy it, and take away what you do not want: no part needs another one.
 */
import { blueprint, type Host } from "holdfast";

// Parameters have types, and defaults that are good for most machines. `holdfast validate` reports a wrong one.
const parameters = {
  admin: { type: "string", default: "admin", description: "who looks after the machine" },
  key: {
    type: "string",
    default: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBERERERERERERERERERERERERERERERERERERERERER ops",
    description: "the public key that the administrator logs in with",
  },
  packages: {
    type: "list",
    default: ["ca-certificates", "curl", "less", "rsync"],
    description: "what is to be installed everywhere",
  },
  timeServers: {
    type: "list",
    default: ["0.debian.pool.ntp.org", "1.debian.pool.ntp.org"],
    description: "who is asked for the time",
  },
  journalSize: { type: "string", default: "500M", description: "the most that all logs take" },
  scratchDays: { type: "number", default: 30, description: "how long files stay in /srv/scratch" },
  authority: {
    type: "string",
    default: "",
    description: "a certificate authority to trust, in PEM; empty: none",
  },
} as const;

export default blueprint("baseline", { parameters }, (host, given) => {
  // What follows is for Debian and its kin. On other machines this blueprint declares nothing.
  if (host.os !== "linux" || host.facts.packageBackend !== "apt-get") return;
  updates(host);
  for (const name of given.packages) host.package(name, { noRecommends: true });
  administrator(host, given.admin, given.key);
  sshServer(host);
  time(host, given.timeServers);
  logs(host, given.journalSize);
  kernel(host);
  scratch(host, given.scratchDays);
  authorities(host, given.authority);
  banner(host);
});

// Functions take `Host<"linux">`: the host of a machine of which it is known that it runs Linux. So they can be moved to
// a file of their own, and shared.

function updates(host: Host<"linux">): void {
  // A program of apt's own timer fetches the lists and installs what the release's maintainers corrected.
  const upgrades = host.package("unattended-upgrades", { noRecommends: true });
  host.file(
    "/etc/apt/apt.conf.d/60-baseline",
    {
      content: [
        'APT::Periodic::Update-Package-Lists "1";',
        'APT::Periodic::Unattended-Upgrade "1";',
        'APT::Install-Recommends "false";',
        "",
      ].join("\n"),
      mode: 0o644,
    },
    { dependsOn: [upgrades], tags: ["updates"] },
  );
}

function administrator(host: Host<"linux">, admin: string, key: string): void {
  const tags = ["admin"];
  // Nothing says that the key comes after the user, or the user after the group: Holdfast knows.
  host.group("operators", { system: true }, { tags });
  host.user(admin, { groups: ["operators"], shell: "/bin/bash", createHome: true }, { tags });
  host.sshKey(admin, { user: admin, key }, { tags });

  const sudo = host.package("sudo", { noRecommends: true }, { tags });
  // A mistake in a sudoers file locks everybody out of sudo. `validate` has visudo read the new content while the old one
  // is still in its place; what visudo refuses never gets there.
  host.file(
    "/etc/sudoers.d/operators",
    {
      content: "%operators ALL=(ALL:ALL) NOPASSWD: ALL\n",
      mode: 0o440,
      owner: "root",
      group: "root",
      validate: ["/usr/sbin/visudo", "--check", "--file=%s"],
    },
    { dependsOn: [sudo], tags },
  );
}

function sshServer(host: Host<"linux">): void {
  const tags = ["ssh"];
  const server = host.package("openssh-server", { noRecommends: true }, { tags });
  // `reload` keeps the sessions that are open, so that no user is thrown out by a change.
  const running = host.service(
    "ssh",
    { state: "running", enabled: true, onRefresh: "reload" },
    { dependsOn: [server], tags },
  );
  // Of each setting sshd takes the first that it reads, and it reads these files in the order of their names.
  host.file(
    "/etc/ssh/sshd_config.d/10-baseline.conf",
    {
      content: [
        // Keys only. Root may use one too, so that this alone locks no user out.
        "PasswordAuthentication no",
        "KbdInteractiveAuthentication no",
        "PermitRootLogin prohibit-password",
        "X11Forwarding no",
        "MaxAuthTries 4",
        "",
      ].join("\n"),
      mode: 0o600,
      validate: ["/usr/sbin/sshd", "-t", "-f", "%s"],
    },
    { dependsOn: [server], notify: [running], tags },
  );
}

function time(host: Host<"linux">, servers: readonly string[]): void {
  const tags = ["time"];
  const daemon = host.package("systemd-timesyncd", {}, { tags });
  const running = host.service(
    "systemd-timesyncd",
    { state: "running", enabled: true },
    { dependsOn: [daemon], tags },
  );
  const directory = host.directory("/etc/systemd/timesyncd.conf.d", { mode: 0o755 }, { tags });
  host.file(
    "/etc/systemd/timesyncd.conf.d/60-baseline.conf",
    { content: `[Time]\nNTP=${servers.join(" ")}\n`, mode: 0o644 },
    { dependsOn: [directory], notify: [running], tags },
  );
}

function logs(host: Host<"linux">, size: string): void {
  const tags = ["logs"];
  // journald is a part of systemd and always runs. It is declared so that it can be notified.
  const journald = host.service("systemd-journald", { state: "running" }, { tags });
  host.directory("/etc/systemd/journald.conf.d", { mode: 0o755 }, { tags });
  host.file(
    "/etc/systemd/journald.conf.d/60-baseline.conf",
    {
      content: `[Journal]\nStorage=persistent\nSystemMaxUse=${size}\nMaxRetentionSec=3month\n`,
      mode: 0o644,
    },
    { notify: [journald], tags },
  );
}

function kernel(host: Host<"linux">): void {
  const tags = ["kernel"];
  // Each is set in the running kernel and at the next boot.
  host.sysctl("net.ipv4.tcp_syncookies", { value: 1 }, { tags });
  host.sysctl("net.ipv4.conf.all.accept_redirects", { value: 0 }, { tags });
  host.sysctl("net.ipv4.conf.default.accept_redirects", { value: 0 }, { tags });
  host.sysctl("net.core.somaxconn", { value: 4096 }, { tags });
  // Modules that no server needs, and that have had holes which a plugged-in device or an odd packet can reach.
  host.directory("/etc/modprobe.d", { mode: 0o755 }, { tags });
  for (const module of ["dccp", "firewire-core", "usb-storage"]) {
    host.kernelModule(module, { blacklist: true }, { tags });
  }
  // No session may fill the process table, nor leave a memory image with secrets in it.
  host.limits("everybody", { domain: "*", limits: { nproc: 4096, core: 0 } }, { tags });
}

function scratch(host: Host<"linux">, days: number): void {
  const tags = ["scratch"];
  const cron = host.package("cron", { noRecommends: true }, { tags });
  host.service("cron", { state: "running", enabled: true }, { tags });
  // Everybody may write, and only the owner may remove: the first digit is the one of /tmp.
  const directory = host.directory("/srv/scratch", { mode: 0o1777 }, { tags });
  host.cron(
    "scratch-cleanup",
    {
      schedule: "17 4 * * *",
      user: "root",
      command: `/usr/bin/find /srv/scratch -xdev -type f -mtime +${days} -delete`,
    },
    { dependsOn: [directory, cron], tags },
  );
}

function authorities(host: Host<"linux">, pem: string): void {
  const tags = ["authorities"];
  host.directory("/usr/local/share/ca-certificates", { mode: 0o755, owner: "root" }, { tags });
  if (pem === "") return;
  const certificate = host.file(
    "/usr/local/share/ca-certificates/company.crt",
    { content: pem.endsWith("\n") ? pem : `${pem}\n`, mode: 0o644 },
    { tags },
  );
  // What programs read is made of all certificates; so it is made anew when ours is younger than the result.
  host.exec(
    "trust",
    {
      command: ["/usr/sbin/update-ca-certificates"],
      unless: [
        "/usr/bin/test",
        "/etc/ssl/certs/ca-certificates.crt",
        "-nt",
        "/usr/local/share/ca-certificates/company.crt",
      ],
    },
    { dependsOn: [certificate], tags },
  );
}

function banner(host: Host<"linux">): void {
  // A fact of the machine makes the text of a file.
  const content = `${host.facts.hostname} is kept by Holdfast: changes by hand are undone.\n`;
  host.file("/etc/motd", { content, mode: 0o644 }, { tags: ["banner"] });
}
