import { normalAddress } from "@holdfast/core";

/** The two ends of an established connection. */
export interface Connection {
  readonly local: string;
  readonly peer: string;
}

/** Reads what `ss -Htn state established` wrote; connections of the machine with itself are left out. */
export function readConnections(text: string): readonly Connection[] {
  return text.split("\n").flatMap((line) => {
    const [, , from = "", to = ""] = line.trim().split(/\s+/);
    const [local, peer] = [from, to].map(addressOf);
    if (local === undefined || peer === undefined || local === peer) return [];
    return local.startsWith("127.") || local === "::1" ? [] : [{ local, peer }];
  });
}

/** `[::ffff:192.0.2.7]:22`, `192.0.2.7:22`, `[fe80::1]%eth0:22` */
function addressOf(text: string): string | undefined {
  const host = text.slice(0, text.lastIndexOf(":")).replaceAll(/[[\]]/g, "").replace(/%.*/, "");
  return normalAddress(host.replace(/^::ffff:(?=\d+\.)/, ""));
}
