import type { WrittenMeta } from "holdfast";
import type { Benchmark } from "./control.ts";

/**
 * 3.3 Network kernel parameters, for a machine that is no router. `all` is for every interface, `default` for those that
 * are still to come. (3.1.3 is among the services; 3.2 is level 2.)
 */
export function declareNetwork({ host, control }: Benchmark, ipv6: boolean): void {
  const set = (key: string, value: number, meta: WrittenMeta) =>
    host.sysctl(`net.${key}`, { value }, meta);
  const everywhere = (key: string, value: number, meta: WrittenMeta): void => {
    for (const scope of ["all", "default"]) {
      set(`ipv4.conf.${scope}.${key}`, value, meta);
    }
  };
  const everywhere6 = (key: string, value: number, meta: WrittenMeta): void => {
    if (!ipv6) return;
    for (const scope of ["all", "default"]) {
      set(`ipv6.conf.${scope}.${key}`, value, meta);
    }
  };

  // A server with two networks must not become a way from one into the other. The kernel changes redirects (3.3.2,
  // 3.3.5) together with this key, so that they come after it: dependents of a repaired resource are observed.
  let forwarding: WrittenMeta = {};
  control("3.3.1", (meta) => {
    const routed = [set("ipv4.ip_forward", 0, meta)];
    if (ipv6) routed.push(set("ipv6.conf.all.forwarding", 0, meta));
    forwarding = { dependsOn: routed };
  });

  // Only a router sends redirects to others.
  control("3.3.2", (meta) => everywhere("send_redirects", 0, { ...forwarding, ...meta }));

  // Broken routers answer broadcasts with errors that would fill the log.
  control("3.3.3", (meta) => set("ipv4.icmp_ignore_bogus_error_responses", 1, meta));

  // A ping to a whole network, with a forged sender, makes all its machines flood that one.
  control("3.3.4", (meta) => set("ipv4.icmp_echo_ignore_broadcasts", 1, meta));

  // Anybody on the same network could say that he is the way to somewhere.
  control("3.3.5", (meta) => {
    everywhere("accept_redirects", 0, { ...forwarding, ...meta });
    everywhere6("accept_redirects", 0, { ...forwarding, ...meta });
  });

  // The same from gateways that are known: even they may be forged.
  control("3.3.6", (meta) => everywhere("secure_redirects", 0, { ...forwarding, ...meta }));

  // A packet that came by another way than the answer would take has a forged sender.
  control("3.3.7", (meta) => everywhere("rp_filter", 1, meta));

  // The sender does not choose the way of a packet, past the firewalls that he does not like.
  control("3.3.8", (meta) => {
    everywhere("accept_source_route", 0, meta);
    everywhere6("accept_source_route", 0, meta);
  });

  // Packets with impossible addresses are worth a line in the log: somebody forges, or something is cabled wrongly.
  control("3.3.9", (meta) => everywhere("log_martians", 1, meta));

  // A flood of half-opened connections does not fill the table that the others need.
  control("3.3.10", (meta) => set("ipv4.tcp_syncookies", 1, meta));

  // A server's addresses and ways are declared, not announced by whoever says that he is the router.
  control("3.3.11", (meta) => everywhere6("accept_ra", 0, meta));
}
