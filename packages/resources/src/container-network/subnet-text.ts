import {
  type AddressFamily,
  type BindReport,
  type ContainerSubnet,
  familyOf,
  type Interval,
  intervalText,
  parseInterval,
} from "@holdfast/core";

/** A range of addresses, and its gateway. */
interface WrittenSubnet {
  readonly subnet: string;
  readonly gateway?: string | undefined;
}

const BITS = { ipv4: 32, ipv6: 128 } as const satisfies Record<AddressFamily, number>;
const CIDR = /^([0-9a-f.:]+)\/(\d{1,3})$/i;

/** Reports what is no range of addresses, or has bits behind its length: a typo makes no other network. */
export function checkSubnet(
  { subnet, gateway }: WrittenSubnet,
  field: string,
  report: BindReport,
): void {
  const family = familyOf(subnet);
  const [, address = ""] = CIDR.exec(subnet) ?? [];
  const range = rangeOf(subnet);
  if (range === undefined) {
    // A length that is too long is no range either.
    const isAddress = parseInterval(family, address) !== undefined && isLength(family, subnet);
    if (!isAddress)
      return report(`${field}.subnet`, "not a range of addresses", "write it as 10.20.0.0/24");
    const detail = "its address has bits behind its length: write the first address of the range";
    return report(`${field}.subnet`, "not the beginning of a range", detail);
  }
  if (gateway === undefined) return;
  const inside = familyOf(gateway) === family ? addressOf(gateway) : undefined;
  if (inside !== undefined && inside >= range.first && inside <= range.last) return;
  report(`${field}.gateway`, "not an address of the subnet", `write one of ${subnet}`);
}

/** The same in the one way of writing it, so that two can be compared; what is none is left as it is. */
export function normalSubnet({ subnet, gateway }: WrittenSubnet): ContainerSubnet {
  const range = rangeOf(subnet);
  const family = familyOf(subnet);
  const text = range === undefined ? subnet : intervalText(family, range);
  return {
    subnet: text.includes("/") ? text : `${text}/${BITS[family]}`,
    ...(gateway === undefined ? {} : { gateway: normalAddress(gateway) }),
  };
}

function normalAddress(text: string): string {
  const address = addressOf(text);
  return address === undefined
    ? text
    : intervalText(familyOf(text), { first: address, last: address });
}

function rangeOf(subnet: string): Interval | undefined {
  return CIDR.test(subnet) ? parseInterval(familyOf(subnet), subnet) : undefined;
}

function addressOf(text: string): bigint | undefined {
  const found = parseInterval(familyOf(text), text);
  return found !== undefined && found.first === found.last ? found.first : undefined;
}

function isLength(family: AddressFamily, subnet: string): boolean {
  const [, , length = ""] = CIDR.exec(subnet) ?? [];
  return Number(length) <= BITS[family];
}
