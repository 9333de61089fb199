import type { BindReport } from "@holdfast/core";

const FOUR = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const SIX = /^[0-9a-f:]{2,39}$/;
const CIDR = /^([0-9a-f.:]+)\/(\d{1,3})$/;

/** Reports what is no range of addresses, or has bits behind its length: a typo makes no other network. */
export function checkSubnet(
  { subnet, gateway }: { readonly subnet: string; readonly gateway?: string | undefined },
  field: string,
  report: BindReport,
): void {
  const [, address = "", length = ""] = CIDR.exec(subnet) ?? [];
  const bits = bitsOf(address);
  if (bits === undefined || Number(length) > bits.length) {
    return report(`${field}.subnet`, "not a range of addresses", "write it as 10.20.0.0/24");
  }
  if (bits.slice(Number(length)).includes("1")) {
    const detail = `its address has bits behind /${length}: write the first address of the range`;
    return report(`${field}.subnet`, "not the beginning of a range", detail);
  }
  if (gateway === undefined) return;
  const inside = bitsOf(gateway);
  const prefix = bits.slice(0, Number(length));
  if (inside?.length === bits.length && inside.startsWith(prefix)) return;
  report(`${field}.gateway`, "not an address of the subnet", `write one of ${subnet}`);
}

/** An address as its bits, 32 or 128 of them; `undefined` for a text that is none. */
function bitsOf(address: string): string | undefined {
  if (FOUR.test(address)) return partsAsBits(address.split(".").map(Number), 8);
  if (!SIX.test(address) || address.includes(":::")) return undefined;
  const [before = "", after, ...more] = address.split("::");
  if (more.length > 0) return undefined;
  const [head, tail] = [partsOf(before), partsOf(after ?? "")];
  const missing = 8 - head.length - tail.length;
  if (after === undefined ? missing !== 0 : missing < 1) return undefined;
  const all = [...head, ...Array.from({ length: missing }, () => "0"), ...tail];
  return partsAsBits(
    all.map((part) => (/^[0-9a-f]{1,4}$/.test(part) ? Number.parseInt(part, 16) : Number.NaN)),
    16,
  );
}

function partsOf(text: string): readonly string[] {
  return text === "" ? [] : text.split(":");
}

function partsAsBits(parts: readonly number[], width: number): string | undefined {
  const isPart = (part: number): boolean => part >= 0 && part < 2 ** width;
  if (!parts.every(isPart)) return undefined;
  return parts.map((part) => part.toString(2).padStart(width, "0")).join("");
}
