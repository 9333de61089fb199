import { Fault, type WriteContext } from "@holdfast/core";

/** What else keeps links: where that is seen, and what to do. */
interface OtherKeeper {
  readonly name: string;
  readonly path: (link: {
    readonly name: string;
    readonly index: number | undefined;
  }) => string | undefined;
  readonly isSeen: (text: string, link: string) => boolean;
  readonly advice: string;
}

const MOST_BYTES = 65_536;

const OTHERS: readonly OtherKeeper[] = [
  {
    name: "netplan",
    path: ({ name }) => `/run/systemd/network/10-netplan-${name}.network`,
    isSeen: () => true,
    advice: "Take the link out of /etc/netplan and run netplan apply, or change it there.",
  },
  {
    name: "ifupdown",
    path: () => "/run/network/ifstate",
    isSeen: (text, link) => text.split("\n").some((line) => line.startsWith(`${link}=`)),
    advice:
      "Take the link out of /etc/network/interfaces and reboot, or change it there: ifdown would cut it off.",
  },
  {
    name: "NetworkManager",
    path: ({ index }) => (index === undefined ? undefined : `/run/NetworkManager/devices/${index}`),
    isSeen: (text) => /^connection-uuid=/m.test(text),
    advice:
      "Have NetworkManager leave the link alone (nmcli device set LINK managed no), or change it there.",
  },
];

/**
 * Refuses a link that something else keeps: it would be put back, or both would be there.
 * @throws {Fault} AlreadyManaged, naming what keeps it.
 */
export async function refuseOtherKeepers(
  link: { readonly name: string; readonly index: number | undefined },
  { host, signal }: WriteContext,
): Promise<void> {
  for (const { name, path, isSeen, advice } of OTHERS) {
    const place = path(link);
    if (place === undefined) continue;
    const found = await host.files.read(
      { path: place, content: "bytes", maxBytes: MOST_BYTES },
      signal,
    );
    if (found.type === "unknown") throw found.fault;
    if (found.type === "absent") continue;
    const text = new TextDecoder().decode(found.value.bytes ?? new Uint8Array());
    if (!isSeen(text, link.name)) continue;
    throw new Fault({
      reason: "AlreadyManaged",
      message: `${link.name} is kept by ${name}: ${place} says so`,
      resolution: advice,
    });
  }
}
