import type { Benchmark, Setting } from "./control.ts";

const DROP_IN = "/etc/ssh/sshd_config.d/10-cis.conf";
const HOST_KEYS = ["rsa", "ecdsa", "ed25519"].map((type) => `/etc/ssh/ssh_host_${type}_key`);

/**
 * 5.1 The SSH server. All settings are one drop-in, which sshd itself tries before it takes its place, so that a mistake
 * never reaches the server; and the server reloads it, so that open sessions stay open.
 *
 * Nothing here can lock the operator out by default. Who may log in is narrowed only when `groups` names groups, and then
 * only while one of them has a member.
 */
export function declareSsh(benchmark: Benchmark, groups: readonly string[]): void {
  const { host, control, share } = benchmark;
  const drop = share([...SETTINGS, ...loginSettings(groups)]);
  if (drop !== undefined) {
    const server = host.package("openssh-server", {}, drop.meta);
    const running = host.service(
      "ssh",
      { state: "running", enabled: true, onRefresh: "reload" },
      { ...drop.meta, dependsOn: [server] },
    );
    host.file(
      DROP_IN,
      { content: drop.content, mode: 0o600, owner: "root", group: "root", validate: check(groups) },
      { ...drop.meta, dependsOn: [server], notify: [running] },
    );
  }
  declareFiles({ host, control });
}

/** The files themselves. They come with the package and its first start, so that they are waited for and never made. */
function declareFiles({ host, control }: Pick<Benchmark, "host" | "control">): void {
  const own = { owner: "root", group: "root" };
  // Shows which protections are off, and whose keys are accepted.
  control("5.1.1", (meta) => {
    const path = "/etc/ssh/sshd_config";
    host.file(path, { mode: 0o600, ...own }, { ...meta, condition: [{ file: path }] });
  });
  // Whoever has these is this machine, for all who know its keys.
  control("5.1.2", (meta) => {
    for (const path of HOST_KEYS) {
      host.file(path, { mode: 0o600, ...own }, { ...meta, condition: [{ file: path }] });
    }
  });
  // Everybody may read these. Who could write one would have it given out in place of the real one.
  control("5.1.3", (meta) => {
    for (const path of HOST_KEYS.map((key) => `${key}.pub`)) {
      host.file(path, { mode: 0o644, ...own }, { ...meta, condition: [{ file: path }] });
    }
  });
}

const SETTINGS: readonly Setting[] = [
  // The notice of 1.6.3 before anybody has a session.
  ["5.1.5", "Banner /etc/issue.net"],
  // Without the block ciphers whose mode lets an attacker guess at what was sent.
  ["5.1.6", "Ciphers -3des-cbc,aes128-cbc,aes192-cbc,aes256-cbc"],
  // A session whose client is gone does not wait for somebody to find the terminal.
  ["5.1.7", "ClientAliveInterval 15", "ClientAliveCountMax 3"],
  // No login because of where somebody comes from.
  ["5.1.10", "HostbasedAuthentication no"],
  ["5.1.11", "IgnoreRhosts yes"],
  // Keys are not agreed on with SHA-1.
  [
    "5.1.12",
    "KexAlgorithms -diffie-hellman-group1-sha1,diffie-hellman-group14-sha1,diffie-hellman-group-exchange-sha1",
  ],
  // Connections without a login do not take the places of those who want to log in.
  ["5.1.13", "LoginGraceTime 60"],
  // Who logged in, with which key, is on record; what was typed is not.
  ["5.1.14", "LogLevel INFO"],
  // A short or a broken checksum would let somebody change what is under way.
  [
    "5.1.15",
    "MACs -hmac-md5,hmac-md5-96,hmac-md5-etm@openssh.com,hmac-md5-96-etm@openssh.com,hmac-sha1-96,hmac-sha1-96-etm@openssh.com,umac-64@openssh.com,umac-64-etm@openssh.com",
  ],
  // Guessing passwords costs a new connection every four times, and each of those is logged.
  ["5.1.16", "MaxAuthTries 4"],
  // One connection does not open sessions without end.
  ["5.1.17", "MaxSessions 10"],
  // From the eleventh connection that is not logged in yet more and more are refused, from the sixtieth all.
  ["5.1.18", "MaxStartups 10:30:60"],
  // An account without a password is not an open door.
  ["5.1.19", "PermitEmptyPasswords no"],
  // A user's own environment could replace the libraries of programs that the server starts for that user.
  ["5.1.21", "PermitUserEnvironment no"],
  // Expired accounts, limits and lockouts (5.3) count for logins by SSH too.
  ["5.1.22", "UsePAM yes"],
];

/** Who may log in. Nobody but the operator knows that, so that nothing of it is set by default. */
function loginSettings(groups: readonly string[]): readonly Setting[] {
  if (groups.length === 0) return [];
  return [
    // An account that has nothing to do with administration, and perhaps a weak password, is no way in.
    ["5.1.4", `AllowGroups ${groups.join(" ")}`],
    // Administrators log in as themselves, so that it is on record who did what.
    ["5.1.20", "PermitRootLogin no"],
  ];
}

/** Has sshd read the new content; where logins are narrowed, nothing is written while that would let nobody in. */
function check(groups: readonly string[]): string[] {
  const sshd = ["/usr/sbin/sshd", "-t", "-f", "%s"];
  if (groups.length === 0) return sshd;
  const names = groups.join(" ");
  const script = `getent group ${names} | grep -q '[^:]$' && exec "$0" "$@"
echo "nobody is in a group of ${names}: nobody could log in" >&2
exit 1`;
  return ["/bin/sh", "-c", script, ...sshd];
}
