import { familyOf, intervalText, parseInterval } from "../firewall/intervals.ts";

const BITS = { ipv4: 32, ipv6: 128 } as const;

/** An address in its shortest form; `undefined` for everything else. */
export function normalAddress(text: string): string | undefined {
  if (/[/-]/.test(text)) return undefined;
  const family = familyOf(text);
  const interval = parseInterval(family, text);
  return interval && intervalText(family, interval);
}

/** Whether an address is in a network, or in that of an address with its prefix. */
export function isInNetwork(address: string, network: string): boolean {
  const family = familyOf(network);
  if (familyOf(address) !== family) return false;
  const [head = "", length = String(BITS[family])] = network.split("/");
  const rest = BigInt(BITS[family] - Number(length));
  const [one, other] = [address, head].map((text) => parseInterval(family, text)?.first);
  return one !== undefined && other !== undefined && one >> rest === other >> rest;
}
