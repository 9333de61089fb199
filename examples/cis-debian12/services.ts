import type { WrittenMeta } from "holdfast";
import type { Benchmark } from "./control.ts";

/**
 * 2.1 Server services and 2.2 client services. Every service that answers is a door, and one that nobody needs is a door
 * without maintenance. They are removed rather than stopped: what is not installed is not started by mistake. A
 * machine that is there for one of them skips its control. A package that others need is never removed: its control fails
 * and says who needs it.
 */
export function declareServices({ host, control }: Benchmark): void {
  const none =
    (...names: readonly string[]) =>
    (meta: WrittenMeta) => {
      for (const name of names) host.package(name, { state: "absent" }, meta);
    };
  // Mounts whatever disk or share is asked for, for any user.
  control("2.1.1", none("autofs"));
  // Announces to the whole network which services run here, and trusts the announcements of others.
  control("2.1.2", none("avahi-daemon"));
  // Two servers that give out addresses take each other's machines off the network.
  control("2.1.3", none("isc-dhcp-server"));
  // Name servers are used to reflect floods, and see whom a machine talks to.
  control("2.1.4", none("bind9"));
  control("2.1.5", none("dnsmasq"));
  // FTP sends passwords in the clear.
  control("2.1.6", none("vsftpd"));
  // A directory of accounts belongs on a machine of its own.
  control("2.1.7", none("slapd"));
  // Mailboxes: passwords and mail of everybody behind one port.
  control("2.1.8", none("dovecot-imapd", "dovecot-pop3d"));
  // NFS trusts the numbers of users that clients claim to be.
  control("2.1.9", none("nfs-kernel-server"));
  // NIS hands out the password hashes of all users to whoever asks.
  control("2.1.10", none("ypserv"));
  // Takes documents of unknown users and runs many parsers over them.
  control("2.1.11", none("cups"));
  // Maps the services of NFS and NIS, and amplifies floods.
  control("2.1.12", none("rpcbind"));
  // Its daemon copies files without encryption. Copying over SSH needs the package too: skip this then.
  control("2.1.13", none("rsync"));
  // Shares of Windows have been the way of most worms.
  control("2.1.14", none("samba"));
  // Older versions of SNMP show the inside of the machine to whoever knows a word that is sent in the clear.
  control("2.1.15", none("snmpd"));
  // TFTP asks nobody who they are.
  control("2.1.16", none("tftpd-hpa"));
  // An open proxy hides others behind this machine's address.
  control("2.1.17", none("squid"));
  // A web server that is there by accident shows whatever lies in its directory.
  control("2.1.18", none("apache2", "nginx"));
  // Starts other servers for whoever connects; systemd does that with limits.
  control("2.1.19", none("xinetd"));

  // What remains are programs that send passwords or commands in the clear. Who has none does not use one in a hurry.
  control("2.2.1", none("nis"));
  control("2.2.2", none("rsh-client"));
  control("2.2.3", none("talk"));
  control("2.2.4", none("telnet", "inetutils-telnet"));
  control("2.2.5", none("ldap-utils"));
  control("2.2.6", none("ftp", "tnftp"));

  // A wireless input device that nobody plugged in on purpose. (3.1.3)
  control("3.1.3", none("bluez"));
}
