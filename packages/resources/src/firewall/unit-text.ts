import { RENDERED_HEADER } from "../rendered-file/rendered-file.ts";

/**
 * The unit that loads a table at boot: as Debian's nftables.service does, before the network is up. It comes after that,
 * which may begin with `flush ruleset`, and again whenever that is restarted.
 */
export function unitText(name: string, rules: string): string {
  return `${RENDERED_HEADER}[Unit]
Description=Firewall ${name} of Holdfast
DefaultDependencies=no
Wants=network-pre.target
Before=network-pre.target shutdown.target
After=nftables.service
PartOf=nftables.service
Conflicts=shutdown.target

[Service]
Type=oneshot
RemainAfterExit=yes
StandardInput=null
ProtectSystem=full
ProtectHome=true
ExecStart=/usr/sbin/nft -f ${rules}

[Install]
WantedBy=sysinit.target
`;
}
